"""Having SpamAssassin judge mails by its own rules, without the network, where it is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE = 60.0  # seconds for all of them
OURS_ALONE = "use_bayes 0\nuse_txrep 0\nuse_auto_welcomelist 0\nskip_rbl_checks 1\ndns_available no\n"
POINTS = re.compile(r"Content analysis details:\s+\((-?[\d.]+) points")
BETWEEN = "From %s@example.org Tue Apr  7 07:00:00 2026"  # the reports come in any order: it says of which mail each is
REPORT = re.compile(f"^{BETWEEN % '([0-9]+)'}$", re.MULTILINE)
# The way of a mail to a reader's server: one that has come no way at all looks forged. The addresses are public ones,
# for those that are kept for examples score.
CAME = (
    b"Received: from mail.papers.example.org (mail.papers.example.org [5.9.10.11])\n"
    b"\tby mx.example.org (Postfix) with ESMTPS id 4Xy1Zz for <reader@example.org>; %(date)s\n"
)


def judge(mails: Mapping[str, bytes], *, patience: float = PATIENCE) -> dict[str, float] | None:
    """The points of each mail; None where there is no SpamAssassin, and none where it did not answer in time."""
    program = shutil.which("spamassassin")
    if program is None:
        return None
    with TemporaryDirectory(prefix="paperboy-spam-") as name:
        folder = Path(name)
        (folder / "local.cf").write_text(OURS_ALONE)
        (folder / "mbox").write_bytes(b"".join(_as_mbox(mail, place) for place, mail in enumerate(mails.values())))
        command = [program, "-L", "-t", "-x", "-p", str(folder / "local.cf"), "--mbox", str(folder / "mbox")]
        try:
            done = subprocess.run(  # noqa: S603 - a program of this machine, and no word of anybody in its arguments
                command, capture_output=True, timeout=patience, check=True, env={**os.environ, "HOME": name}
            )
        except (subprocess.SubprocessError, OSError):  # too slow, or broken: nothing is known
            return {}
    return _points(done.stdout.decode(errors="replace"), list(mails))


def _points(said: str, names: list[str]) -> dict[str, float]:
    """The points by name; none at all where one is missing."""
    _before, *parts = REPORT.split(said)
    reports = dict(zip(map(int, parts[::2]), parts[1::2], strict=True))
    found = {name: POINTS.search(reports.get(place, "")) for place, name in enumerate(names)}
    if not all(found.values()):
        return {}
    return {name: float(points[1]) for name, points in found.items() if points}


def _as_mbox(mail: bytes, place: int) -> bytes:
    lines = (CAME % {b"date": _date(mail)} + mail).replace(b"\r\n", b"\n")
    quoted = re.sub(rb"^(>*From )", rb">\1", lines, flags=re.MULTILINE)
    return (BETWEEN % place).encode() + b"\n" + quoted.rstrip(b"\n") + b"\n\n"


def _date(mail: bytes) -> bytes:
    found = re.search(rb"^Date: (.*?)\r?$", mail, flags=re.MULTILINE)
    return found[1] if found else b""
