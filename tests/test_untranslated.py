"""No page and no mail says a word that is in no catalogue: in a language of Greek letters, none is Latin."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests import pseudo
from tests.conftest import Outbox
from tests.judges.mails import all_mails
from tests.reading import PAGES, Site, make_site


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Site:
    """A site that speaks the language, and whose content is in Greek letters as well."""
    pseudo.write(tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Ελληνικά")]
    return make_site(
        settings.SITE_URL,
        name="Νέα",
        title="Περί αετών",
        authors=("Άντα", "Τσαρλς"),
        postal_address="Οδός 1",
        summaries={pseudo.CODE: "- Οι αετοί πετούν ψηλά.\n- 3 μέτρα."},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_untranslated(name: str, site: Site) -> None:
    page = Client().get(PAGES[name](site, pseudo.CODE), follow=True).content.decode()

    assert "⟦" in page
    assert pseudo.words_of(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/join/daily-papers/?lang=el", 422),
        ("POST", "/preferences/?lang=el", 422),
        ("POST", "/data/?lang=el", 422),
        ("POST", "preferences", 422),
        ("PUT", "/join/daily-papers/?lang=el", 405),
        ("GET", "/n/daily-papers/2001-01-01/el/", 404),
    ],
)
def test_what_is_refused_is_told_in_the_language(method: str, path: str, status: int, site: Site) -> None:
    wrong = {"address": "nobody", "hour": "99", "time_zone": "Mars/X", "topics": "x", "paused_until": "x"}
    client, path = Client(), PAGES[path](site, pseudo.CODE) if path in PAGES else path

    answer = client.post(path, wrong) if method == "POST" else client.generic(method, path)

    assert answer.status_code == status
    assert "⟦" in answer.content.decode()
    assert pseudo.words_of(answer.content.decode()) == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_says_nothing_untranslated(site: Site, outbox: Outbox) -> None:
    mails = {name: mail for name, mail in all_mails(outbox.folder, site).items() if name.endswith(pseudo.CODE)}

    assert mails
    for name, mail in mails.items():
        message = message_from_bytes(mail, policy=policy.default)
        parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
        html = [pseudo.words_of(part.get_content()) for part in parts if part.get_content_subtype() == "html"]
        text = [pseudo.latin(part.get_content()) for part in parts if part.get_content_subtype() == "plain"]
        assert [words for words in (*html, *text, pseudo.latin(str(message["Subject"]))) if words] == [], name


def test_an_untranslated_word_would_be_seen() -> None:
    assert pseudo.words_of('<html lang="el"><p>Καλημέρα <b>hello</b></p>') == ["hello"]
    assert pseudo.words_of('<html lang="el"><p title="hello">α</p><p lang="en">hello</p>') == ["hello"]
