"""SpamAssassin as it is installed here: it hears spam, and is not waited for without end."""

import shutil
import time
from pathlib import Path

import pytest

from digests.editions import freeze
from newsletter.desk.preflight.judging import judge
from newsletter.desk.preflight.measuring import largest, measure
from newsletter.desk.sampling import as_sent
from tests.factories import MORNING, make_digest, make_sender

GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
HEAD = (
    b"From: papers@example.org\r\nTo: reader@example.org\r\nSubject: hello\r\n"
    b"Date: Tue, 07 Apr 2026 07:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n"
)
needs_spamassassin = pytest.mark.skipif(shutil.which("spamassassin") is None, reason="spamassassin is not installed")


@needs_spamassassin
@pytest.mark.django_db
def test_a_digest_is_well_and_spam_is_heard() -> None:
    digest = make_digest()
    content = freeze(digest)
    [(_locale, mail)] = largest(content, ("en",))
    written = as_sent(content, mail, locale="en", sender=make_sender(), now=MORNING)

    points = judge({"en": written, "spam": HEAD + GTUBE + b"\r\n"})

    assert points is not None
    assert points["en"] < 3
    assert points["spam"] > 100


@pytest.mark.parametrize("script", ["sleep 5", "exit 3", "echo nothing"])
def test_a_judge_that_hangs_or_breaks_says_nothing(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    began = time.monotonic()

    assert judge({"en": HEAD + b"Kites.\r\n"}, patience=0.5) == {}
    assert time.monotonic() - began < 3


@pytest.mark.django_db
def test_the_largest_mail_has_all_papers_in_full_and_words_beside_its_pictures() -> None:
    digest = make_digest(papers=3)
    [(_locale, mail)] = largest(freeze(digest), ("en",))

    measured = measure(mail, papers=3)

    assert (measured.titles_alone, measured.images_without_words) == (0, 0)
    assert measured.size > 5_000
