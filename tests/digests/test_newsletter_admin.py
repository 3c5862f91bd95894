"""A newsletter's page: lists and names in many languages are written line by line."""

import pytest
from django.test import Client

from digests.models import Newsletter
from tests.factories import make_newsletter, make_publisher, make_topic
from tests.staff.pages import browser, change_page, form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter(locales=["en", "ko"])


@pytest.fixture
def alice() -> Client:
    return browser(make_publisher())


def save(client: Client, newsletter: Newsletter, **fields: str) -> str:
    """The page that follows when these fields were changed."""
    path = change_page(newsletter)
    return client.post(path, form_of(path) | fields, follow=True).text


def test_languages_and_topics_are_written_line_by_line(alice: Client, newsletter: Newsletter) -> None:
    topic = make_topic(newsletter, "agents")
    names, words = "en: Agents\n\nko :  에이전트 \nfr: Agents : tous", "agent\n multi-agent  system\nagent"

    save(alice, newsletter, locales="ko\r\nen\r\nzh-hans", **{"topics-0-names": names, "topics-0-terms": words})

    newsletter.refresh_from_db()
    topic.refresh_from_db()
    assert newsletter.locales == ["ko", "en", "zh-hans"]
    assert topic.names == {"en": "Agents", "ko": "에이전트", "fr": "Agents : tous"}
    assert topic.terms == ["agent", "multi-agent system"]


def test_a_page_that_is_saved_as_it_stands_keeps_its_lists(alice: Client, newsletter: Newsletter) -> None:
    topic = make_topic(newsletter, "agents", names={"en": "Agents", "ko": "에이전트"}, terms=["agent", "agents"])

    save(alice, newsletter)

    newsletter.refresh_from_db()
    topic.refresh_from_db()
    assert newsletter.locales == ["en", "ko"]
    assert (topic.names, topic.terms) == ({"en": "Agents", "ko": "에이전트"}, ["agent", "agents"])


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("topics-0-names", "Agents", "“Agents” is no language with a name"),
        ("topics-0-names", '{"en": "Agents"}', "A language code in lower case"),
        ("topics-0-names", "ko:", "“ko:” is no language with a name"),
        ("topics-0-names", "", "This field is required."),
        ("locales", "klingon", "A language code in lower case"),
        ("locales", "", "This field is required."),
    ],
)
def test_what_is_no_language_is_said(
    field: str, written: str, said: str, alice: Client, newsletter: Newsletter
) -> None:
    topic = make_topic(newsletter, "agents", names={"en": "Agents"})

    told = save(alice, newsletter, **{field: written})

    newsletter.refresh_from_db()
    topic.refresh_from_db()
    assert said in told
    assert (newsletter.locales, topic.names) == (["en", "ko"], {"en": "Agents"})
