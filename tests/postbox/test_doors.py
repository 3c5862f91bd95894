"""A POSTBOX_URL opens the postbox that it names, or says what is wrong with it and keeps its password."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsletter.delivery import ledger, sending
from newsletter.postbox import letters, outbox
from newsletter.postbox.anymail import AnymailPostbox
from newsletter.postbox.connecting import LONGEST_TIMEOUT, Security, hello_name
from newsletter.postbox.doors import open_postbox
from newsletter.postbox.file import FilePostbox
from newsletter.postbox.providers import PROVIDERS
from newsletter.postbox.smtp import SmtpPostbox


@pytest.mark.parametrize(
    ("url", "security", "port", "user", "password"),
    [
        ("smtp://127.0.0.1", Security.NONE, 25, "", ""),
        ("smtp://127.0.0.1:2525", Security.NONE, 2525, "", ""),
        ("smtp+tls://ada:p%40ss%2Fword@mail.example.org", Security.STARTTLS, 587, "ada", "p@ss/word"),
        ("smtps://ada%40example.org:x@mail.example.org", Security.TLS, 465, "ada@example.org", "x"),
    ],
)
def test_smtp_servers(url: str, security: Security, port: int, user: str, password: str) -> None:
    with open_postbox(url) as postbox:
        assert isinstance(postbox, SmtpPostbox)
        server = postbox.server

    assert (server.security, server.port, server.user, server.password) == (security, port, user, password)
    assert "p@ss" not in repr(server)


def test_a_folder(tmp_path: Path) -> None:
    with open_postbox(f"file://{tmp_path}/out%20box") as postbox:
        assert isinstance(postbox, FilePostbox)
        assert postbox.folder == tmp_path / "out box"


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")  # SendGrid
@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_provider_in_the_table_opens_with_the_keys_that_the_table_names(name: str) -> None:
    provider = PROVIDERS[name]
    needed = {"postal": "api_url=https://postal.example/", "unisender_go": "api_url=https://go.example/"}
    query = needed.get(name, "project_id=p" if name == "scaleway" else "")

    with open_postbox(f"anymail+{name.replace('_', '-')}://user:the-key@?{query}") as postbox:
        assert isinstance(postbox, AnymailPostbox)
        backend = postbox.backend

    assert getattr(backend, provider.key_option) == "the-key"
    assert not provider.user_option or getattr(backend, provider.user_option) == "user"
    assert backend.timeout == (10, 30)


def test_options_go_to_the_provider() -> None:
    url = "anymail+mailgun://:the-key@?SENDER_DOMAIN=mg.example.org&api_url=https://api.eu.mailgun.net/v3"

    with open_postbox(url) as postbox:
        assert isinstance(postbox, AnymailPostbox)

    assert postbox.backend.sender_domain == "mg.example.org"
    assert postbox.backend.api_url == "https://api.eu.mailgun.net/v3/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:secret@example.org",
        "http://ada:secret@mail.example.org",
        "smtp://",
        "smtp://ada:secret@",
        "smtp+tls://ada:secret@mail.example.org:port",
        "smtp+tls://ada:secret@mail.example.org?tiemout=3",
        "smtp+tls://ada:secret@mail.example.org?timeout=soon",
        *(f"smtp://mail.example.org?timeout={text}" for text in ("nan", "inf", "0", "-1", "0.9", "110.1", "secret")),
        *(f"smtp://mail.example.org?connections={text}" for text in ("0", "101", "2.5", "secret")),
        "smtp://ada:s%C3%A4cret@mail.example.org",
        "smtp://%C3%A4da:secret@mail.example.org",
        "smtp+tls://ada:sec/secret@mail.example.org",
        "smtp+tls://ada:[secret@mail.example.org",
        "anymail+pigeon://:secret@",
        "anymail+brevo://",
        "anymail+brevo://secret@",
        "anymail+brevo://:secret@?sender_domain=x",
        "anymail+scaleway://:secret@",
        "anymail+amazon-ses://",
        "file://",
        "file:///",
        "file://relative/path",
    ],
)
def test_what_makes_no_sense_is_said_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as problem, open_postbox(url):
        pass

    assert "cret" not in str(problem.value).replace("secret_key", "")


def test_an_answer_is_waited_for_no_longer_than_its_claim_holds() -> None:
    with open_postbox("smtp://mail.example.org?timeout=110&connections=100") as postbox:
        assert isinstance(postbox, SmtpPostbox)

    after_the_last_mail = min(ledger.LEASE - sending.HAND_OVER, outbox.LEASE - letters.TURN)
    assert timedelta(seconds=LONGEST_TIMEOUT) < after_the_last_mail


def test_a_time_out_that_makes_no_sense_is_told_what_would() -> None:
    with pytest.raises(ImproperlyConfigured, match="the option timeout of smtp:// must be 1 to 110"):
        open_postbox("smtp://mail.example.org?timeout=nan")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("papers.example.org", "papers.example.org"),
        ("127.0.0.1", "[127.0.0.1]"),
        ("::1", "[IPv6:::1]"),
        ("", "localhost"),
    ],
)
def test_we_introduce_ourselves_by_name_or_by_number_in_brackets(host: str, name: str) -> None:
    assert hello_name(host) == name
