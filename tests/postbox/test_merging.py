"""What a provider is given along with a mail, to repeat it in its events."""

import json

import pytest

from newsletter.postbox.doors import open_postbox
from newsletter.postbox.merging import as_anymail
from newsletter.postbox.providers import PROVIDERS
from newsletter.postbox.returns import read_signed_id
from tests.postbox.editions import make_readers
from tests.postbox.makers import make_message

OURS = {1: b"the key of this installation, 32 characters long"}
THEIRS = {1: b"the key of another one, at least 32 characters long"}


def test_the_events_of_another_installation_name_none_of_our_rows() -> None:
    ours, theirs = (as_anymail(make_readers(1, first=17), PROVIDERS["postmark"], link_keys=k) for k in (OURS, THEIRS))

    assert read_signed_id(ours.metadata["delivery"], keys=OURS) == ("delivery", 17)
    assert read_signed_id(theirs.metadata["delivery"], keys=OURS) is None


def test_a_letter_is_named_as_one() -> None:
    mail = as_anymail([make_message(3, kind="letter")], PROVIDERS["postmark"], link_keys=OURS)

    assert read_signed_id(mail.metadata["letter"], keys=OURS) == ("letter", 3)


@pytest.mark.parametrize(("name", "field"), [("mailersend", "tags"), ("postal", "tag")])
def test_a_provider_that_repeats_tags_alone_is_given_one(name: str, field: str) -> None:
    mail = as_anymail(make_readers(1, first=17), PROVIDERS[name], link_keys=OURS)
    with open_postbox(f"anymail+{name}://:key@?api_url=http://127.0.0.1:1/") as postbox:
        payload = postbox.backend.build_message_payload(mail, {})  # type: ignore[attr-defined]

    said = json.loads(payload.serialize_data())[field]

    assert read_signed_id(said if isinstance(said, str) else said[0], keys=OURS) == ("delivery", 17)
