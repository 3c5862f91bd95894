"""Slips of the finger in the domain of an address: gmial.com for gmail.com. Pure.

A suggestion is a question to the reader and never more: almost every slip is somebody's real domain.
"""

# The large providers, the likelier first: of two that are as near, the first one is suggested. Every address at one
# of them is spelled right, so a provider that looks like another must stand here too.
PROVIDERS = (
    *("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "naver.com", "googlemail.com"),
    *("hanmail.net", "daum.net", "kakao.com", "nate.com", "hotmail.co.kr", "yahoo.co.kr"),
    *("yahoo.co.jp", "yahoo.ne.jp", "ymail.ne.jp", "ybb.ne.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com"),
    *("softbank.ne.jp", "i.softbank.jp", "nifty.com", "outlook.jp", "hotmail.co.jp", "live.jp", "rakuten.jp"),
    *("qq.com", "163.com", "126.com", "139.com", "189.cn", "sina.com", "sina.cn", "sohu.com", "foxmail.com"),
    *("aliyun.com", "yeah.net", "vip.163.com", "vip.qq.com", "21cn.com", "tom.com"),
    *("web.de", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "t-online.de", "t-online.hu", "freenet.de"),
    *("arcor.de", "mailbox.org", "posteo.de", "posteo.net", "hotmail.de", "outlook.de", "yahoo.de", "live.de"),
    *("orange.fr", "free.fr", "wanadoo.fr", "sfr.fr", "laposte.net", "hotmail.fr", "outlook.fr", "yahoo.fr", "live.fr"),
    *("hotmail.es", "outlook.es", "yahoo.es", "telefonica.net", "hotmail.it", "outlook.it", "yahoo.it", "libero.it"),
    *("uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "globo.com", "globomail.com", "hotmail.com.br"),
    *("outlook.com.br", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.ar", "outlook.sa", "hotmail.com.ar"),
    *("yahoo.co.uk", "hotmail.co.uk", "outlook.co.uk", "live.co.uk", "btinternet.com", "yahoo.ca", "yahoo.in"),
    *(
        "yahoo.co.in",
        "yahoo.com.au",
        "live.com",
        "live.nl",
        "live.ca",
        "live.com.mx",
        "live.se",
        "hotmail.se",
        "msn.com",
        "me.com",
        "mac.com",
    ),
    *("aol.com", "aol.de", "ymail.com", "rocketmail.com", "mail.com", "email.com", "hey.com", "proton.me"),
    *("protonmail.com", "protonmail.ch", "pm.me", "tutanota.com", "tutanota.de", "fastmail.com", "fastmail.fm"),
    *("zoho.com", "comcast.net", "verizon.net", "mail.ru", "yandex.ru", "yandex.com", "gmail.ru"),
)
# What no domain ends in.
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "cpm", "vom", "xom", "comm", "coom", "conm"), "com"),
    **dict.fromkeys(("nte", "ner", "nett"), "net"),
    **dict.fromkeys(("ogr", "rog", "orgg"), "org"),
}
LONG = 5  # letters of a name in which one slip is told from another name: "me", "live" and "nate" are near to too many
LONGER = 8  # letters of a name in which two slips are


def suggestion(address: str) -> str | None:
    """The address that was perhaps meant by this one in normal form; none where nothing looks like a slip."""
    local, _at, domain = address.rpartition("@")
    meant = _meant(domain)
    return f"{local}@{meant}" if meant != domain else None


def is_provider(domain: str) -> bool:
    """Whether the domain is one of the large providers', so that nobody need be asked if it takes mail."""
    return domain in PROVIDERS


def distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or change places with their neighbour."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, their in enumerate(other, 1):
            steps = [above[column] + 1, here[-1] + 1, above[column - 1] + (letter != their)]
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == their:
                steps.append(before[column - 2] + 1)
            here.append(min(steps))
        before, above = above, here
    return above[-1]


def _meant(domain: str) -> str:
    if is_provider(domain):
        return domain
    name, _dot, ending = domain.rpartition(".")
    domain = f"{name}.{ENDINGS.get(ending, ending)}"
    if is_provider(domain):
        return domain
    near = [(wrong, provider) for provider in PROVIDERS if (wrong := _slips(domain, provider))]
    return min(near, key=lambda found: found[0])[1] if near else domain


def _slips(domain: str, provider: str) -> int:
    """How many slips lead from the provider to the domain; 0 where they are too many to be slips."""
    name, _dot, ending = provider.partition(".")
    if abs(len(domain) - len(provider)) > 2 or _is_abroad(domain, provider):
        return 0
    if len(name) < LONG:
        return _swapped(domain, provider)
    wrong = distance(domain, provider)
    if wrong <= 1:
        return wrong
    same_ending = domain.endswith(f".{ending}")
    return wrong if wrong == 2 and same_ending and len(name) >= LONGER else 0


def _is_abroad(domain: str, provider: str) -> bool:
    """Whether the two end in different countries: hotmail.se is nobody's slip for hotmail.de."""
    ending, their = domain.rpartition(".")[2], provider.rpartition(".")[2]
    return len(ending) == len(their) == 2 and sorted(ending) != sorted(their)


def _swapped(domain: str, provider: str) -> int:
    """1 where both have the same letters, two neighbours of which have changed places."""
    return int(sorted(domain) == sorted(provider) and distance(domain, provider) == 1)
