"""What SpamAssassin's own rules, without the network, make of our mails: nobody's filter has a reason to stop them."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Outbox
from tests.judges.mails import all_mails
from tests.tools import program

MOST = 1.0
# The way of a mail that we hand to a mail server, and that one to the reader's. (Addresses for examples score.)
RECEIVED = (
    b"Received: from mail.papers.example.org (mail.papers.example.org [5.9.10.11])\r\n"
    b"\tby mx.example.org (Postfix) with ESMTPS id 4Xy1Zz for <reader@example.org>; %(date)s\r\n"
    b"Received: from paperboy.papers.example.org (paperboy.papers.example.org [5.9.10.12])\r\n"
    b"\tby mail.papers.example.org (Postfix) with ESMTPSA id 4Xy1Zy for <reader@example.org>; %(date)s\r\n"
)
OURS_ALONE = "use_bayes 0\nuse_txrep 0\nuse_auto_welcomelist 0\nskip_rbl_checks 1\ndns_available no\n"
DETAILS = re.compile(r"Content analysis details:\s+\((-?[\d.]+) points")


def judged(mails: Mapping[str, bytes], folder: Path) -> dict[str, float]:
    """The score of each mail; what scored is printed."""
    spamassassin = program("spamassassin", install="apt-get install spamassassin")
    (folder / "local.cf").write_text(OURS_ALONE)
    scores = {}
    command = [spamassassin, "-L", "-t", "-x", "-p", str(folder / "local.cf")]
    mbox = folder / "mbox"
    mbox.write_bytes(
        b"".join(b"From papers@example.org Tue Apr  7 07:00:00 2026\n" + _as_mbox(mail) for mail in mails.values())
    )
    done = subprocess.run(
        [*command, "--mbox", str(mbox)],
        capture_output=True,
        timeout=300,
        check=True,
        env={**os.environ, "HOME": str(folder)},
    )
    reports = re.split(r"^From papers@example\.org .*$", done.stdout.decode(errors="replace"), flags=re.MULTILINE)[1:]
    for name, report in zip(mails, reports, strict=True):
        found = DETAILS.search(report)
        assert found is not None, report[-2000:]
        scores[name] = float(found[1])
        if scores[name] >= MOST:
            print(name, report[found.start() :])  # noqa: T201 - pytest shows it with the failure
    return scores


def _as_mbox(mail: bytes) -> bytes:
    lines = (RECEIVED % {b"date": _date(mail)} + mail).replace(b"\r\n", b"\n")
    return re.sub(rb"^(>*From )", rb">\1", lines, flags=re.MULTILINE).rstrip(b"\n") + b"\n\n"


def _date(mail: bytes) -> bytes:
    found = re.search(rb"^Date: (.*?)\r?$", mail, flags=re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_no_mail_looks_like_spam(outbox: Outbox, tmp_path: Path) -> None:
    mails = all_mails(outbox.folder)

    scores = judged(mails, tmp_path)

    assert len(scores) > 15
    assert {name: score for name, score in scores.items() if score >= MOST} == {}


def test_the_judge_hears(tmp_path: Path) -> None:
    spam = (
        b"From: papers@example.org\r\nTo: reader@example.org\r\nSubject: hello\r\n"
        b"Date: Tue, 07 Apr 2026 07:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n"
        b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"
    )

    assert judged({"spam": spam}, tmp_path)["spam"] > 100
