"""The fixed digest of the golden mails: invented papers, so that nothing here belongs to anyone."""

from datetime import UTC, date, datetime

from digests.content import Content, EntryContent, SummaryContent, Words

SIX = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
LOCALES = ("en", "ko", "ja", "zh-hans", "es", "de", "fr", "pt-br", "ar")

KITES = {
    "en": "- **KiteNet** steers a kite by *wind* alone.\n- Code: https://example.org/kites.",
    "ko": "- **KiteNet**은 바람만으로 연을 조종합니다.\n- 코드는 https://example.org/kites에서 볼 수 있습니다.",
    "ja": "- **KiteNet**は風だけで凧を操ります。\n- コードはhttps://example.org/kitesで公開されています。",
    "zh-hans": "- **KiteNet**仅凭风就能操控风筝。\n- 代码见https://example.org/kites。",
    "es": "- **KiteNet** dirige una cometa solo con el viento.\n- Código: https://example.org/kites.",
    "fr": "- **KiteNet** pilote un cerf-volant par le vent seul.\n- Le code\u00a0: https://example.org/kites.",
    "pt-br": "- O **KiteNet** conduz uma pipa só com o vento.\n- Código: https://example.org/kites.",
    "de": "- **KiteNet** steuert einen Drachen allein nach dem Wind.\n- Code: https://example.org/kites.",
    "ar": "- توجّه **KiteNet** طائرة ورقية بالريح وحدها.\n- الشفرة: https://example.org/kites",
}
BREAD = {
    "en": "We bake $n^{2}$ loaves for $5 to $10 and keep the <EOS> token warm. The crust is measured.",
    "ko": "- 빵을 $n^{2}$개 굽고 `<EOS>` 토큰을 따뜻하게 둡니다.",
}
ENTRIES = (
    EntryContent(
        id=1,
        paper=11,
        title="KiteNet: Learning to Fly on a $\\textit{Calm}$ Day",
        url="https://arxiv.org/abs/2603.00001",
        authors=("Ada Example", "Ben Muster", "Cho Sample", "Dai Tameshi", "+"),
        votes=1234,
        votes_at=SIX,
        image="images/0123456789abcdef.jpg",
        code_url="https://example.org/kites",
        project_url="https://example.org/kites/project?a=1&b=2",
        topics=("robots", "wind"),
        summaries={locale: SummaryContent(text, "machine", "drafter-1", True) for locale, text in KITES.items()},
    ),
    EntryContent(
        id=2,
        paper=12,
        title="On Bread & Attention",
        url="https://arxiv.org/abs/2603.00002",
        authors=("Ada Example", "Ben Muster", "Cho Sample", "Dai Tameshi", "Eva Probe"),
        votes=1,
        topics=("wind",),
        summaries={
            locale: SummaryContent(text, "original" if locale == "en" else "human") for locale, text in BREAD.items()
        },
    ),
    EntryContent(id=3, paper=13, title="A Paper Without Words", url="https://arxiv.org/abs/2603.00003"),
    EntryContent(
        id=4,
        paper=14,
        title="Sleeping Well in Latent Space",
        url="https://arxiv.org/abs/2603.00004",
        votes=0,
        summaries={"de": SummaryContent("- Nur auf Deutsch.", "imported")},
    ),
)
CONTENT = Content(
    newsletter="daily-papers",
    name="Daily Papers",
    accent="#B4451F",
    postal_address="1 Breakfast Lane\n10115 Berlin",
    default_locale="en",
    day=date(2026, 3, 4),
    kind="daily",
    entries=ENTRIES,
    topics={
        "robots": {
            "en": "Robots",
            "ko": "로봇",
            "ja": "ロボット",
            "zh-hans": "机器人",
            "es": "Robots",
            "de": "Roboter",
            "fr": "Robots",
            "pt-br": "Robôs",
            "ar": "الروبوتات",
        },
        "wind": {
            "en": "Wind",
            "ko": "바람",
            "ja": "風",
            "zh-hans": "风",
            "es": "Viento",
            "de": "Wind",
            "fr": "Vent",
            "pt-br": "Vento",
            "ar": "الرياح",
        },
    },
    words={
        "en": Words(note="Two papers today, **one** breeze."),
        "ko": Words(
            subject="연을 띄우는 수요일", preheader="바람 부는 날의 논문", note="오늘은 **바람** 부는 날입니다."
        ),
    },
)
