"""The digest that everyone gets: invented papers with summaries in five languages, of the usual length."""

from datetime import UTC, date, datetime

from digests.models import Digest, Entry, Newsletter, Paper, Summary, Topic
from newsletter.desk.approving import approve
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.staff.models import User

LOCALES = ("en", "ko", "ja", "de", "ar")
TOPICS = (
    *("agents", "audio", "biology", "chemistry", "climate", "code", "data", "games", "graphs", "images", "language"),
    *("maths", "medicine", "music", "physics", "robots", "safety", "search", "speech", "training", "vision", "web"),
)
TOPIC_STEPS = (0, 8, 13)  # the first paper has the topics 0, 8 and 13, the second 1, 9 and 14
NAMES = (
    *("KiteNet", "BreadFormer", "TideMark", "LanternQA", "MossAgent", "Quillwright"),
    *("Saltbox", "Nightjar", "OpenLoom", "Drumlin", "GlassBead", "Fernweh"),
)
TITLES = (
    "{}: Planning with Little Supervision",
    "{}, or What Small Models Remember",
    "{}: A Benchmark for Long Tasks",
    "Scaling {} to a Million Steps",
)
SENTENCES = {
    "en": (
        "**{}** plans several steps ahead and corrects itself when the world answers otherwise.",
        "On six public benchmarks {} is 4.2 points better than the best open model of its size.",
        "The training data has 1.2 million examples, all of which are released with the code.",
        "An ablation shows that most of the gain comes from the second stage of training.",
        "It runs on a single graphics card and answers in less than 200 milliseconds.",
    ),
    "ko": (
        "**{}**는 여러 단계를 미리 계획하고, 예상과 다른 결과가 나오면 스스로 계획을 고칩니다.",
        "공개 벤치마크 여섯 개에서 {}는 같은 크기의 가장 좋은 공개 모델보다 4.2점 높은 점수를 얻었습니다.",
        "학습에 쓴 예시 120만 개와 코드를 모두 공개합니다.",
        "제거 실험에 따르면 성능 향상의 대부분은 두 번째 학습 단계에서 나옵니다.",
        "그래픽 카드 한 장에서 실행되며 200밀리초 안에 답합니다.",
    ),
    "ja": (
        "**{}**は数手先まで計画を立て、予想と違う結果が出ると自分で計画を直します。",
        "六つの公開ベンチマークで、{}は同じ規模の公開モデルの最高値を4.2ポイント上回りました。",
        "学習に使った120万件の例とコードはすべて公開されます。",
        "アブレーション実験によると、向上の大部分は学習の第二段階によるものです。",
        "一枚のグラフィックカードで動き、200ミリ秒以内に答えます。",
    ),
    "de": (
        "**{}** plant mehrere Schritte voraus und berichtigt sich, wenn die Welt anders antwortet als gedacht.",
        "Auf sechs öffentlichen Vergleichen liegt {} 4,2 Punkte über dem besten offenen Modell dieser Größe.",
        "Die 1,2 Millionen Beispiele des Trainings werden mit dem Code veröffentlicht.",
        "Nach einer Ablation stammt der größte Teil des Gewinns aus der zweiten Stufe des Trainings.",
        "Es läuft auf einer einzigen Grafikkarte und antwortet in weniger als 200 Millisekunden.",
    ),
    "ar": (
        "يخطّط **{}** لعدّة خطوات مقدَّمًا ويصحّح نفسه عندما تأتي النتيجة على غير ما توقّع.",
        "يتفوّق {} في ستة اختبارات عامة بمقدار 4.2 نقطة على أفضل نموذج مفتوح من حجمه.",
        "تُنشر أمثلة التدريب كلّها، وعددها 1.2 مليون، مع الشفرة.",
        "تُظهر تجربة الحذف أنّ معظم التحسّن يأتي من المرحلة الثانية من التدريب.",
        "يعمل على بطاقة رسوميات واحدة ويجيب في أقلّ من 200 ميلي ثانية.",
    ),
}
BULLETS = 3  # of each summary
VOTED_AT = datetime(2026, 1, 1, 6, tzinfo=UTC)


def make_newsletter() -> Newsletter:
    """A newsletter with its Sender and topics, whose readers may be reached until midnight."""
    newsletter = Newsletter.objects.create(
        slug="daily-papers",
        name="Daily Papers",
        locales=list(LOCALES),
        postal_address="1 Breakfast Lane, 10115 Berlin",
        last_hour=24,
    )
    sender = Sender.objects.create(slug="daily-papers", name="Daily Papers", address="papers@example.org")
    SenderAssignment.objects.create(newsletter=newsletter, sender=sender)
    Topic.objects.bulk_create(Topic(newsletter=newsletter, slug=slug, names={"en": slug.title()}) for slug in TOPICS)
    return newsletter


def make_approved(newsletter: Newsletter, day: date, *, papers: int, now: datetime) -> Digest:
    """The digest of `day`, approved as an editor does it; each of its papers has three topics."""
    digest = make_draft(newsletter, day, papers=papers)
    editor, _new = User.objects.get_or_create(username="editor", defaults={"is_staff": True, "is_superuser": True})
    approve(digest, by=editor, now=now)
    return digest


def make_draft(newsletter: Newsletter, day: date, *, papers: int, first: int = 0) -> Digest:
    """The digest of `day` before anybody has approved it, with the papers from the `first` on."""
    digest = Digest.objects.create(newsletter=newsletter, day=day)
    topics = list(newsletter.topics.order_by("slug"))
    for place, number in enumerate(range(first, first + papers)):
        paper = _paper(number, NAMES[number % len(NAMES)])
        paper.topics.set(topics[(number + step) % len(topics)] for step in TOPIC_STEPS)
        votes = papers - place
        # Again: the days of an archive share their papers.
        Entry.objects.create(digest=digest, paper=paper, position=place, votes=votes, votes_at=VOTED_AT, again=True)
    return digest


def _paper(number: int, name: str) -> Paper:
    key = f"2601.{number:05}"
    paper, new = Paper.objects.get_or_create(
        key=f"arxiv:{key}",
        defaults={
            "url": f"https://arxiv.org/abs/{key}",
            "title": TITLES[number % len(TITLES)].format(name + _edition(number)),
            "authors": ["Ada Example", "Ben Muster", "Cho Sample", "Dai Tameshi", "Eva Probe"],
        },
    )
    if new:
        Summary.objects.bulk_create(
            Summary(paper=paper, locale=locale, text=_text(sentences, number, name), origin=Summary.Origin.IMPORTED)
            for locale, sentences in SENTENCES.items()
        )
    return paper


def _edition(number: int) -> str:
    """Of more papers than names: " 2" for the second of a name."""
    return f" {number // len(NAMES) + 1}" if number >= len(NAMES) else ""


def _text(sentences: tuple[str, ...], number: int, name: str) -> str:
    chosen = (sentences[(number + bullet) % len(sentences)] for bullet in range(BULLETS))
    return "\n".join(f"- {sentence.format(name)}" for sentence in chosen)
