"""What the demo stands on: one newsletter with topics, its Sender, the editor, and the sample digest."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from digests.importing import import_listing
from digests.models import Digest, Newsletter, Topic
from digests.sources.digest_markdown import read
from newsletter.postbox.models import Sender, SenderAssignment
from newsletter.staff.models import User

DAY = date(2026, 8, 12)
VOTES_AT = datetime(2026, 8, 11, 14, tzinfo=UTC)
SAMPLE = Path(__file__).parent / "sample"
LOCALES = ["en", "ko", "ja", "zh-hans", "es", "de", "fr", "pt-br", "ar"]
TOPICS = {
    "agents": (
        {
            "en": "Agents",
            "ko": "에이전트",
            "ja": "エージェント",
            "zh-hans": "智能体",
            "es": "Agentes",
            "de": "Agenten",
            "fr": "Agents",
            "pt-br": "Agentes",
            "ar": "الوكلاء",
        },
        ["agent", "agents", "agentic", "assistants"],
    ),
    "vision": (
        {
            "en": "Vision and video",
            "ko": "비전과 영상",
            "ja": "画像と動画",
            "zh-hans": "图像与视频",
            "es": "Imagen y vídeo",
            "de": "Bild und Video",
            "fr": "Image et vidéo",
            "pt-br": "Imagem e vídeo",
            "ar": "الصورة والفيديو",
        },
        ["video", "visual", "image", "images", "pixels", "4D", "object"],
    ),
    "language-models": (
        {
            "en": "Language models",
            "ko": "언어 모델",
            "ja": "言語モデル",
            "zh-hans": "语言模型",
            "es": "Modelos de lenguaje",
            "de": "Sprachmodelle",
            "fr": "Modèles de langage",
            "pt-br": "Modelos de linguagem",
            "ar": "النماذج اللغوية",
        },
        ["LLM", "LLMs", "language model", "language models", "dialogue"],
    ),
}


def set_up() -> Newsletter:
    """The newsletter `daily-papers` with everything it needs; the same one however often this runs."""
    newsletter, _new = Newsletter.objects.get_or_create(
        slug="daily-papers",
        defaults={
            "name": "Daily Papers",
            "locales": LOCALES,
            "time_zone": "Europe/Berlin",
            "postal_address": "Paperboy Demo, 1 Breakfast Lane, 10115 Berlin",
        },
    )
    for slug, (names, terms) in TOPICS.items():
        Topic.objects.get_or_create(newsletter=newsletter, slug=slug, defaults={"names": names, "terms": terms})
    sender, _new = Sender.objects.get_or_create(
        slug="daily-papers", defaults={"name": "Daily Papers", "address": "papers@example.org"}
    )
    SenderAssignment.objects.get_or_create(newsletter=newsletter, defaults={"sender": sender})
    return newsletter


def import_sample(newsletter: Newsletter) -> Digest:
    """The sample digest in its nine languages, by the importer that every digest comes in through."""
    abstracts: dict[str, str] = json.loads((SAMPLE / "abstracts.json").read_text(encoding="utf-8"))
    for locale in LOCALES:
        listing = read((SAMPLE / f"{DAY}.{locale}.md").read_text(encoding="utf-8"), locale=locale)
        papers = tuple(replace(paper, abstract=abstracts[paper.url.rpartition("/")[2]]) for paper in listing.papers)
        import_listing(replace(listing, papers=papers), newsletter, votes_at=VOTES_AT, base=SAMPLE)
    return Digest.objects.get(newsletter=newsletter, day=DAY, kind=Digest.Kind.DAILY)


def editor() -> tuple[User, str]:
    """The demo's editor, with a password that is new in each run and shown once."""
    user, _new = User.objects.get_or_create(
        username="editor", defaults={"is_staff": True, "is_superuser": True, "email": "editor@example.org"}
    )
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    return user, password
