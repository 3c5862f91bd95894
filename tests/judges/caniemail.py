"""What mail programs know, by the data of caniemail.com (MIT), and what of it a mail uses.

`python -m tests.judges.caniemail FILE` cuts caniemail.json, as the npm package `caniemail` brings it in data/, down
to the programs that are asked about: for each feature those whose newest version does not know it. The data has
neither Naver nor Yahoo! JAPAN; Yahoo stands for the latter.
"""

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).parent / "caniemail.json"
FAMILIES = ("gmail", "outlook", "apple-mail", "yahoo", "aol", "samsung-email")
COMMENT = re.compile(r"<!--.*?-->|/\*.*?\*/", re.DOTALL)  # what stands in them is Outlook's alone, or nobody's
UNIT = re.compile(r"(?<![\w#.-])-?[\d.]+(px|em|rem|%|vh|vw|ch|pt)")
PSEUDO = re.compile(r"(?<!:):([a-z-]+)")
MEDIA = re.compile(r"\(\s*([a-z-]+)")


@cache
def lacking() -> dict[str, list[str]]:
    """By feature the programs that do not know it, as "gmail.ios"."""
    found: dict[str, list[str]] = json.loads(HERE.read_text())
    return found


def used(html: str) -> set[str]:
    """The features of caniemail that the mail uses, by their names there; and "?NAME" for CSS that it does not know."""
    reader = _Reader()
    reader.feed(re.sub(r"<!--\[if !mso\]><!-->|<!--<!\[endif\]-->", "", html))
    names = reader.names | {name for style in reader.styles for name in _of_sheet(COMMENT.sub("", style))}
    known = {name for name in names if name in lacking()}
    properties = {name.removeprefix("css-property ") for name in names if name.startswith("css-property ")}
    return known | {f"?{name}" for name in properties if not _is_known(name)}


class _Reader(HTMLParser):
    """Elements, attributes and styles of a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.styles: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {f"html-{tag}", f"html-{tag}s", "html-h1-h6" if re.fullmatch("h[1-6]", tag) else f"html-{tag}"}
        self._is_style = tag == "style"
        for name, value in attrs:
            self.names.add(f"html-{name}")
            if name == "style":
                self.names |= set(_of_declarations(value or ""))
            elif name == "href" and (value or "").startswith("#"):
                self.names.add("html-anchor-links")
            elif name == "src" and (value or "").partition("?")[0].endswith((".webp", ".svg", ".avif")):
                self.names.add(f"image-{(value or '').rpartition('.')[2]}")

    def handle_data(self, data: str) -> None:
        if self._is_style:
            self.styles.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False


def _of_sheet(css: str) -> Iterator[str]:
    """Features of a style sheet, of the rules within its @media too."""
    while css.strip():
        head, brace, rest = css.partition("{")
        if not brace:
            return
        body, css = _block(rest)
        head = head.strip()
        if head.startswith("@"):
            yield f"css-at-{head[1:].split()[0]}"
            yield from (f"css-at-media-{name}" for name in MEDIA.findall(head))
            yield from _of_sheet(body)
        else:
            yield from (f"css-pseudo-class-{name}" for name in PSEUDO.findall(head))
            yield from _of_declarations(body)


def _block(text: str) -> tuple[str, str]:
    """What stands before the brace that closes the block, and what after it."""
    depth = 1
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if not depth:
            return text[:place], text[place + 1 :]
    return text, ""


def _of_declarations(text: str) -> Iterator[str]:
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if not colon or not name:
            continue
        yield f"css-property {name}"
        yield f"css-{name}"
        yield from (f"css-{name}-{word}" for word in re.findall(r"[a-z-]+", value))
        yield from (f"css-unit-{unit if unit != '%' else 'percent'}" for unit in UNIT.findall(value))
        if "!important" in value:
            yield "css-important"
        if "system-ui" in value:
            yield "css-system-ui"


def _is_known(name: str) -> bool:
    """Whether the data knows the property or its shorthand, or only one maker's programs do and nobody else sees it."""
    shorthand = name.partition("-")[0]
    return (
        name in {"color", "supported-color-schemes"}
        or name.startswith(("mso-", "-ms-", "-webkit-", "-moz-"))
        or bool({f"css-{name}", f"css-{shorthand}"} & lacking().keys())
    )


def cut(data: dict[str, object]) -> dict[str, list[str]]:
    """The same as `lacking` from caniemail's own file."""
    features = data["data"]
    assert isinstance(features, list)
    return {feature["slug"]: list(_gaps(feature["stats"])) for feature in features}


def _gaps(stats: dict[str, dict[str, dict[str, str]]]) -> Iterator[str]:
    for family in FAMILIES:
        for platform, versions in stats.get(family, {}).items():
            if versions[max(versions, key=_version)].startswith("n"):
                yield f"{family}.{platform}"


def _version(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


def _as_lines(gaps: dict[str, list[str]]) -> str:
    """JSON with a line for each feature."""
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(gaps[name])}" for name in sorted(gaps)) + "\n}\n"


if __name__ == "__main__":
    HERE.write_text(_as_lines(cut(json.loads(Path(sys.argv[1]).read_text()))))
