"""The sender's domain: whether receivers can tell its mails from forged ones."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from newsletter.desk.preflight import domain
from newsletter.desk.preflight.case import Identity, domain_question
from newsletter.desk.preflight.records import records_of
from tests.desk.preflight.cases import SENDER, case, kinds, knowing
from tests.dns import FAILING, ROOT, SILENT, Zone, name_server

SPF, KEY, DMARC = "v=spf1 ip4:192.0.2.1 -all", "v=DKIM1; k=rsa; p=MIGfMA0", "v=DMARC1; p=reject"
WELL: Mapping[str, list[str]] = {"spf": [SPF, "other=1"], "dkim": [KEY], "dmarc": [DMARC]}
ALL_WELL = [("fine", "spf"), ("fine", "dkim"), ("fine", "dmarc")]


def judged(sender: Identity = SENDER, **records: list[str] | None) -> list[tuple[str, str]]:
    return [(line.level.value, line.kind.partition(".")[2]) for line in domain.judged(sender, {**WELL, **records})]


def test_a_domain_with_all_three_is_fine() -> None:
    assert judged() == ALL_WELL


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], ("warning", "spf_none")),
        (["v=spf10 all"], ("warning", "spf_none")),
        ([SPF, SPF], ("blocking", "spf_several")),
        (["v=spf1 +all"], ("warning", "spf_open")),
        (["v=spf1 mx all"], ("warning", "spf_open")),
        (["V=SPF1 ?all"], ("fine", "spf")),
        (None, ("warning", "spf_silent")),
    ],
)
def test_spf(records: list[str] | None, said: tuple[str, str]) -> None:
    assert judged(spf=records)[0] == said


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], ("warning", "dkim_none")),
        (["v=DKIM1; p="], ("warning", "dkim_none")),
        (["k=rsa;p=MIG"], ("fine", "dkim")),
        (None, ("warning", "dkim_silent")),
    ],
)
def test_dkim(records: list[str] | None, said: tuple[str, str]) -> None:
    assert judged(dkim=records)[1] == said


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], ("warning", "dmarc_none")),
        (["v=DMARC2; p=none"], ("warning", "dmarc_none")),
        ([DMARC, DMARC], ("warning", "dmarc_several")),
        (["v=DMARC1; rua=mailto:a@example.org"], ("warning", "dmarc_odd")),
        (["v=DMARC1;p=none"], ("fine", "dmarc")),
        (None, ("warning", "dmarc_silent")),
    ],
)
def test_dmarc(records: list[str] | None, said: tuple[str, str]) -> None:
    assert judged(dmarc=records)[2] == said


@pytest.mark.parametrize(
    ("sender", "records", "blocks"),
    [
        (SENDER, {"spf": [], "dkim": []}, True),
        (SENDER, {"spf": [], "dkim": None}, False),
        (SENDER, {"spf": None, "dkim": []}, False),
        (SENDER, {"spf": []}, False),
        (SENDER, {"dkim": []}, False),
        (replace(SENDER, bounce_address="b@mailer.example.net"), {"dkim": []}, True),
        (replace(SENDER, bounce_address="b@bounces.example.org"), {"dkim": []}, False),
        (replace(SENDER, address="a@x.co.uk", bounce_address="b@y.co.uk"), {"dkim": []}, True),
        (replace(SENDER, address="a@x.co.uk", bounce_address="b@b.x.co.uk"), {"dkim": []}, False),
        (SENDER, {"dkim": [], "dmarc": ["v=DMARC1; p=none; aspf=s"]}, True),
        (replace(SENDER, way="anymail+brevo"), {"spf": None, "dkim": []}, True),
        (replace(SENDER, selector=""), {"spf": [], "dkim": None}, False),
    ],
)
def test_a_domain_that_nothing_speaks_for_blocks_once_dns_has_said_so(
    sender: Identity, records: dict[str, list[str] | None], blocks: bool
) -> None:
    assert (("blocking", "unproven") in judged(sender, **records)) == blocks


@pytest.mark.parametrize(
    ("one", "other", "belong"),
    [
        ("example.org", "example.org", True),
        ("bounce.example.org", "example.org", True),
        ("example.org", "papers.example.org", True),
        ("badexample.org", "example.org", False),
        ("", "example.org", False),
    ],
)
def test_domains_belong_together_where_one_lies_in_the_other(one: str, other: str, belong: bool) -> None:
    assert domain.aligned(one, other) == belong


def test_what_was_not_asked_yet_warns_and_files_need_no_dns() -> None:
    assert kinds(domain.lines, case()) == [("warning", "unknown")]
    assert kinds(domain.lines, case(sender=replace(SENDER, way="file"))) == [("fine", "file")]
    assert kinds(domain.lines, knowing(case(), {domain_question(SENDER): WELL})) == ALL_WELL


def txt(text: str) -> dict[str, str]:
    return {"TXT": f'"{text}"'}


ZONE: Zone = {
    **ROOT,
    "bounce.papers.example.org": txt(SPF),
    "s1._domainkey.papers.example.org": {"TXT": '"v=DKIM1; " "p=MIGfMA0"'},
    "_dmarc.example.org": txt(DMARC),
}


def test_dns_is_asked_for_the_return_path_the_selector_and_the_domain_above() -> None:
    with name_server(ZONE):
        records = records_of(SENDER)

    assert records == {"spf": [SPF], "dkim": ["v=DKIM1; p=MIGfMA0"], "dmarc": [DMARC]}


def test_a_name_that_is_not_there_has_no_record() -> None:
    with name_server(ROOT):
        assert records_of(SENDER) == {"spf": [], "dkim": [], "dmarc": []}


def test_a_closed_network_that_denies_every_name_says_nothing() -> None:
    with name_server({}):
        assert records_of(SENDER) == {"spf": None, "dkim": None, "dmarc": None}


@pytest.mark.parametrize("trouble", [SILENT, FAILING])
def test_a_server_in_trouble_says_nothing(trouble: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.desk.preflight.records.PER_QUESTION", 0.2)
    names = ("bounce.papers.example.org", "s1._domainkey.papers.example.org", "_dmarc.papers.example.org")

    with name_server({**ROOT, **dict.fromkeys(names, trouble)}):
        assert records_of(SENDER) == {"spf": None, "dkim": None, "dmarc": None}


@pytest.mark.parametrize("address", ["papers@x..y", "papers@" + "a" * 70 + ".org", "papers@"])
def test_a_domain_that_is_none_breaks_nothing(address: str) -> None:
    with name_server(ROOT):
        assert records_of(replace(SENDER, address=address, bounce_address=""))["spf"] in (None, [])
