"""Numbers as texts write them, in digits: what each may mean, and whether it is a percentage or a multiple. Pure.

What can be read in two ways has two values: "1.234" in German, "8m" (millions, or metres).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

PLAIN, PERCENT, POINTS, TIMES = "", "%", " points", "x"

# Languages that write 1,234.5; others write 1.234,5 or 1 234,5, and papers' own 1.5 besides.
POINT = {"en", "ko", "ja", "zh", "ar", "he", "hi", "th", "bn", "fa", "ur"}
SPACED = {"fr", "ru", "uk", "pl", "cs", "sk", "sv", "nb", "fi", "bg", "es", "pt"}
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
LATEX = (
    (re.compile(r"\\(?:times|cdot)"), "×"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\(?:sim|approx|le|leq|ge|geq|pm|,|;|!)|[$]"), " "),
    (re.compile(r"(?<=[\d.])\s*(?=times\b)"), " "),
)
NOT_NUMBERS = re.compile(
    r"https?://[!-~]+"
    r"|(?<![a-z0-9_./-])[a-z][a-z0-9_.-]*(?:/[a-z][a-z0-9_.-]*)+"  # owner/repository-2, and a page without its https
    r"|\b10\.\d{4,9}/\S+"  # a DOI
    r"|\barxiv:\s*\S+"
    r"|\b\d{4}\.\d{4,5}(?:v\d+)?(?![\d%])"  # an identifier of arXiv
    r"|(?m:^\s*(?:\d{1,2}[.)]|[-*+])\s)"  # the marker of a list
    r"|\(\d{1,2}\)|(?<![\w.,(])\d\)"  # (1) and 1)
    r"|(?<=\w)['’]\d\d\b",  # ICLR'24
    re.IGNORECASE,
)
LITERAL = re.compile(r"\d+(?:[.,]\d+)*")
POWER = re.compile(r"\^\s*\{?\s*([-+−]?\d{1,2})\s*\}?|[eE]([-+]?\d{1,2})(?![\w])")
SMALL = {"십": 10, "백": 100, "천": 1000, "十": 10, "百": 100, "千": 1000}
LARGE = {"만": 10**4, "万": 10**4, "萬": 10**4, "억": 10**8, "億": 10**8, "亿": 10**8, "조": 10**12, "兆": 10**12}
NO_TRILLION = "각건합율립기"  # 10조각 is ten pieces
LETTERS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "mn": 10**6, "bn": 10**9}
UNITS = {"m", "b", "t", "T"}  # metres, bits, tonnes, tesla: of what K, M and B stand at, nothing is so few
SCALES = {
    "hundred hundert सौ": 100,
    "thousand thousands tausend mille mil тыс тысяча тысячи тысяч ألف آلاف الف bin ribu nghìn ngàn हज़ार": 10**3,
    "लाख lakh": 10**5,
    "करोड़ crore": 10**7,
    "million millions millionen mio millón millones milhão milhões milioni млн миллион миллиона миллионов": 10**6,
    "مليون ملايين مليونا milyon juta triệu": 10**6,
    "billion billions milliarde milliarden mrd milliard milliards bilhão bilhões miliardi млрд миллиард": 10**9,
    "миллиарда миллиардов مليار مليارات بليون milyar miliar tỷ": 10**9,
    "trillion trillions billionen billones billón trilhão trilhões трлн триллион триллиона триллионов": 10**12,
    "تريليون تريليونات": 10**12,
}
WORDS = {word: by for words, by in SCALES.items() for word in words.split()}
WORDS |= dict.fromkeys(["mil millones", "mil milhões", "mil millions"], 10**9)
SCALE = re.compile(
    r"[\s-]?(?:(?P<word>" + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)) + r")(?!\w)"
    r"|(?P<letter>mn|bn|[kmbt])(?![a-zA-Z]))",
    re.IGNORECASE,
)
IS_PERCENT = re.compile(
    r"\s?(?:%|percent|per cent|퍼센트|프로(?!\w)|パーセント|prozent|pour cent|por ciento"
    r"|por cento|процент|بالمئة|بالمائة|في المئة|في المائة)|-?percent",
    re.IGNORECASE,
)
IS_POINTS = re.compile(
    r"\s?(?:%\s?p(?![a-z])|p\.?p\b\.?|(?:%|퍼센트)\s?포인트|(?:%|パーセント)\s?ポイント|[个個]百分[点點]|%?[\s-]?prozentpunkt"
    r"|(?:%|percent|percentage|per cent)[\s-](?:points?|punkt)|points? de pourcentage|puntos? porcentual"
    r"|pontos? percentua|процентн\w+ пункт|(?:نقطة|نقاط|نقطتان|نقطتين) مئوية)\w*",
    re.IGNORECASE,
)
IS_TIMES = re.compile(
    r"\s?[×x](?![a-z]|\s?\d)|\s?(?:배(?![치열경포])|倍)|[\s-]?(?:times|fold|fach|fois|veces|vezes|mal|раза?|ضعف|أضعاف)\b",
    re.IGNORECASE,
)
UNIT_SIGNS = ((POINTS, IS_POINTS), (PERCENT, IS_PERCENT), (TIMES, IS_TIMES))  # of two that fit, the longer first
BEFORE_IN_NAME = re.compile(r"(?<![A-Za-z0-9._‐–-])[A-Za-z][A-Za-z0-9._]*(?:[-‐–][A-Za-z0-9._]+)*[-‐–]?\Z")
AFTER_IN_NAME = re.compile(r"(?:[._‐–-]?[A-Za-z0-9]{1,40}){0,8}")
ONLY = re.compile(
    r"으로|[을은이]\b|\s?(?:사용|이용|필요|고려|적용)"
)  # what follows 만 where it does not say ten thousand
PREFIX_PERCENT = re.compile(r"(?:百分之|%)\Z")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as `text` writes it: the whole word where it stands `in_a_name`, such as GPT-4, 3D or top-1."""

    text: str
    values: frozenset[float]
    unit: str = PLAIN
    in_a_name: bool = False
    is_year: bool = False


def numerals(text: str, locale: str) -> list[Numeral]:
    """Each number that stands there in digits of any script; identifiers, addresses and list markers are none."""
    said = _prepared(text, locale)
    found: list[Numeral] = []
    end = 0
    for literal in LITERAL.finditer(said):
        if literal.start() < end:
            continue
        readings = _readings(literal[0], locale)
        found.extend(Numeral(literal[0], values) for values in readings[:-1])
        numeral, end = _whole(said, literal, readings[-1])
        found.append(numeral)
    return found


def key(value: float) -> float:
    """The value as it is compared: nine digits are enough, and 0.1 + 0.2 is 0.3."""
    return float(f"{value:.9g}")


def _prepared(text: str, locale: str) -> str:
    """The text with ASCII digits, without LaTeX's marks and without what is no number."""
    text = re.sub(r"(?<=\d)[⁻]?[⁰¹²³⁴-⁹]+", lambda power: "^" + power[0].translate(SUPERSCRIPT), text)
    text = re.sub(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))", "", text)
    text = unicodedata.normalize("NFKC", text.translate({0x066B: ".", 0x066C: ",", 0x066A: "%", 0x2044: "/"}))
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    for pattern, ours in LATEX:
        text = pattern.sub(ours, text)
    if locale.split("-", maxsplit=1)[0] in SPACED:
        text = re.sub(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d])", lambda group: group[0].replace(" ", ""), text)
    return NOT_NUMBERS.sub(" ", text)


def _readings(literal: str, locale: str) -> list[frozenset[float]]:
    """What the digits may mean; several where they are several numbers in a row (1,2,5)."""
    signs = re.findall("[.,]", literal)
    if not signs:
        return [_values(literal)]
    parts = re.split("[.,]", literal)
    in_groups = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
    if len(set(signs)) == 2:
        whole, _sign, rest = literal.rpartition(signs[-1])
        return [_values(re.sub("[.,]", "", whole) + "." + rest)]
    if len(signs) > 1:
        return [_values("".join(parts))] if in_groups else [_values(part) for part in parts]
    if locale.split("-", maxsplit=1)[0] not in POINT:
        decimal = ".".join(parts)
        return [_values(decimal, *(["".join(parts)] if in_groups else []))]
    if signs == ["."]:
        return [_values(literal)]
    return [_values("".join(parts))] if in_groups else [_values(part) for part in parts]


def _values(*literals: str) -> frozenset[float]:
    return frozenset(key(float(literal)) for literal in literals)


def _whole(said: str, literal: re.Match[str], values: frozenset[float]) -> tuple[Numeral, int]:
    """The number with its power, scale and unit, and where it ends."""
    start, end = literal.span()
    before = said[max(0, start - 60) : start]
    name = BEFORE_IN_NAME.search(before)
    named = bool(name) or bool(re.search(r"(?<!\d)[A-Za-z][-‐–_]?\Z", before))
    if power := POWER.match(said, end):
        exponent = int((power[1] or power[2]).replace("−", "-"))
        values = frozenset(key(_raised(value, exponent, isinstance(power[1], str))) for value in values) | values
        end = power.end()
    scaled, end = _scaled(said, end, values, named=named)
    unit, end = _unit(said, end)
    if unit == PLAIN and PREFIX_PERCENT.search(before):
        unit = PERCENT
    glued = unit == PLAIN and (
        named or (scaled == values and bool(re.match(r"-?(?!x\d)[A-Za-z](?![a-z]{3})", said[end:])))
    )
    cited = re.fullmatch(r"(?:19|20)\d\d", literal[0]) and re.match(r"[a-h]\b", said[literal.end() :])  # 2023b
    year = bool(cited) or (_is_year(literal[0], said[end : end + 3]) and unit == PLAIN and scaled == values)
    shown = " ".join(said[start:end].split())
    if glued and (whole := AFTER_IN_NAME.match(said, literal.end())):
        shown = (name[0] if name else "") + said[start : max(end, whole.end())].strip()
    return Numeral(shown, scaled, unit, in_a_name=glued, is_year=year), end


def _raised(value: float, exponent: int, is_power: bool) -> float:
    try:
        return float(value**exponent) if is_power else float(value * 10.0**exponent)
    except (OverflowError, ZeroDivisionError):
        return value


def _scaled(said: str, end: int, values: frozenset[float], *, named: bool) -> tuple[frozenset[float], int]:
    """The values with what multiplies them: 만, 億, million, k. A letter may be a unit too, so both are kept."""
    if (han := _han(said, end, values, named=named)) is not None:
        return han
    scale = SCALE.match(said, end)
    if scale is None:
        return values, end
    if scale["word"]:
        by = WORDS[" ".join(scale["word"].casefold().split())]
        return frozenset(key(value * by) for value in values), scale.end()
    by = LETTERS[scale["letter"].casefold()]
    scaled = frozenset(key(value * by) for value in values)
    return (values | scaled if scale["letter"] in UNITS else scaled), scale.end()


def _han(said: str, end: int, values: frozenset[float], *, named: bool) -> tuple[frozenset[float], int] | None:
    """1억 2천 5백만 is 125,000,000. None where no such sign follows."""
    total, section, signs = 0.0, 0.0, 0
    first = value = min(values)
    while True:
        sign = said[end : end + 1]
        if sign in SMALL and sign:
            section, value, signs = section + value * SMALL[sign], 0.0, signs + 1
        elif sign in LARGE and sign and not (sign == "조" and said[end + 1 : end + 2] in NO_TRILLION):
            total, section, value, signs = total + (section + value) * LARGE[sign], 0.0, 0.0, signs + 1
        elif signs and (more := re.match(r" ?(\d[\d,]*(?:\.\d+)?)(?=[십백천만억조十百千万萬億亿兆])", said[end:])):
            value = float(more[1].replace(",", ""))
            end += more.end()
            continue
        else:
            break
        end += 1
    if not signs:
        return None
    whole = key(total + section + value)
    # "GPT-4만" and "2만" may say "only": there the number itself is meant.
    only = signs == 1 and said[end - 1] == "만" and (named or (first < 10 and bool(ONLY.match(said, end))))
    return frozenset({whole, first} if only else {whole}), end


def _unit(said: str, end: int) -> tuple[str, int]:
    for unit, pattern in UNIT_SIGNS:
        if found := pattern.match(said, end):
            return unit, found.end()
    return PLAIN, end


def _is_year(literal: str, after: str) -> bool:
    if not re.fullmatch(r"(?:19|20)\d\d", literal):
        return False
    return bool(re.match(r"\s?[년年]", after)) or (1950 <= int(literal) <= 2039 and literal != "2000")


def spread(found: Iterable[Numeral]) -> dict[float, set[str]]:
    """The units that each value was said with."""
    known: dict[float, set[str]] = {}
    for numeral in found:
        for value in numeral.values:
            known.setdefault(value, set()).add(numeral.unit)
    return known
