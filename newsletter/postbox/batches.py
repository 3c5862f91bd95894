"""Which mails go in one call to a provider, and how their common text is told to it. Pure."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from uuid import UUID, uuid5

from digests.links import Piece, Pieces, Place
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.mime import address
from newsletter.postbox.providers import Batch, Provider

COPIED_BYTES = 8 * 2**20  # most text in a call that copies it for each reader: it is all in memory


def calls_of(messages: Iterable[Message], provider: Provider) -> Iterator[list[Message]]:
    """The messages, call by call: of one wording, and no address twice, for by that a provider tells readers apart."""
    groups: dict[tuple[Wording, int], list[Message]] = {}
    times: dict[tuple[Wording, str], int] = {}
    for message in messages:
        name = (message.wording, address(message.to).lower())
        times[name] = time = times.get(name, 0) + 1
        groups.setdefault((message.wording, time), []).append(message)
    for group in groups.values():
        most = _most_readers(group, provider)
        yield from (group[start : start + most] for start in range(0, len(group), most))


def call_key(claim: UUID, messages: Iterable[Message]) -> str:
    """What a provider knows a call by: the same when it is made again at once, another after another claim."""
    return str(uuid5(claim, " ".join(sorted(message.id for message in messages))))


def merged(pieces: Pieces, provider: Provider, *, in_html: bool = False) -> str:
    """The text with the provider's merge syntax at its places, and nowhere else."""
    before, after = provider.merge
    texts = disarmed_pieces(pieces, provider.marks, in_html=in_html)
    return "".join([f"{before}{piece.value}{after}" if type(piece) is Place else piece for piece in texts])


def disarmed_pieces(pieces: Pieces, marks: Iterable[str], *, in_html: bool = False) -> Pieces:
    """`pieces`, none of which is the provider's merge syntax."""

    def disarm(piece: Piece) -> Piece:
        return piece if type(piece) is Place else disarmed(piece, marks, in_html=in_html)

    return tuple(disarm(piece) for piece in pieces)


def disarmed(text: str, marks: Iterable[str], *, in_html: bool = False) -> str:
    """`text` in which nothing is the provider's merge syntax: a title may say {{ x }}, and says it to the reader."""
    for mark in marks:
        broken = f"&#{ord(mark[0])};{mark[1:]}" if in_html else f"{mark[0]}\N{WORD JOINER}{mark[1:]}"
        while mark in text:
            text = text.replace(mark, broken)
    return text


def _most_readers(group: list[Message], provider: Provider) -> int:
    """How many of these messages, all of one wording, a call may carry."""
    wording = group[0].wording
    if len(group) == 1 or provider.batch is Batch.NONE or not all(_has_fit_headers(one, provider) for one in group):
        return 1
    if provider.batch is Batch.COPIED:
        size = len(group[0].text.encode()) + len(group[0].html.encode())
        return max(1, min(provider.readers_per_call, COPIED_BYTES // max(size, 1)))
    can_merge = _stands_free(wording.text, provider) and _stands_free(wording.html, provider)
    return provider.readers_per_call if can_merge else 1


def _has_fit_headers(message: Message, provider: Provider) -> bool:
    """Whether the provider can give a reader of many these headers."""
    return provider.own_headers is None or message.headers.keys() <= provider.own_headers | provider.made_headers


def _stands_free(pieces: Pieces, provider: Provider) -> bool:
    """Whether no text beside a place runs into the merge syntax there: a brace before {{leave}} makes other syntax."""
    before, after = provider.merge
    pairs = list(pairwise(pieces))
    ends = (str(left) for left, right in pairs if type(right) is Place and type(left) is not Place)
    starts = (str(right) for left, right in pairs if type(left) is Place and type(right) is not Place)
    return not any(text.endswith(before[0]) for text in ends) and not any(text.startswith(after[-1]) for text in starts)
