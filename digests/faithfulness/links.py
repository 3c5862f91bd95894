"""Links that the abstract or another language's summary has, and this summary has not. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.faithfulness.subject import WARNING, Found, Kind, Subject

NAME = "link"
ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
TAIL = ".,;:!?'\"”’*_`>}]|\\"


def check(subject: Subject) -> Iterator[Found]:
    """Addresses that stand beside every summary (the paper's page, code, project) cannot be lost."""
    has = {_same(address) for address in (*addresses(subject.text), *subject.links)}
    for text in (subject.abstract, *subject.others):
        for address in addresses(text):
            if not any(_same(address).startswith(known) or known.startswith(_same(address)) for known in has):
                has.add(_same(address))
                yield Found(NAME, WARNING, None, (("address", address),))


def addresses(text: str) -> list[str]:
    """The http(s) addresses in a text or its Markdown, without what punctuation stands behind them."""
    return [address for found in ADDRESS.findall(text) if len(address := _trimmed(found)) > len("https://a.b")]


def _trimmed(address: str) -> str:
    address = re.split(r"\]\(|[<>\"`{}|^\\]|\*\*", address)[0].rstrip(TAIL)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(TAIL)
    return address


def _same(address: str) -> str:
    """What two spellings of an address have in common."""
    return unquote(re.sub(r"\Ahttps?://(?:www\.)?", "", address.casefold())).rstrip("/").removesuffix(".git")


def words(detail: Mapping[str, Any]) -> str:
    return _("The link %(address)s is missing.") % detail


KIND = Kind(NAME, gettext_lazy("Link"), check, words)
