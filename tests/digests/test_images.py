"""Images: small copies of our own, of pictures alone, from where they may come from."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from pytest_django import Settings

from digests import images
from digests.images import NoPicture, fetch_missing, store, take_local
from digests.models import Paper
from digests.sources.http import SourceUnreachable, fetch_bytes
from tests.digests.sources.web import Play, Web, served
from tests.factories import make_paper

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def picture(size: tuple[int, int] = (1600, 1600), form: str = "PNG", *, mode: str = "RGB", exif: bytes = b"") -> bytes:
    out = BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(out, form, **({"exif": exif} if exif else {}))
    return out.getvalue()


def stored(settings: Settings, name: str) -> Image.Image:
    return Image.open(Path(settings.MEDIA_ROOT) / name)


def image_at(url: str) -> list[dict[str, str]]:
    return [{"kind": "image", "url": url, "alt": ""}]


def from_web(web: Web) -> Callable[[str], bytes]:
    """Fetches https://any.example/x from the server on this machine."""
    return lambda url: fetch_bytes(web.url + urlsplit(url).path, public_only=False)


@pytest.mark.parametrize(
    ("size", "result"),
    [((1600, 1600), (1120, 630)), ((4000, 500), (888, 499)), ((320, 1000), (320, 180)), ((1120, 630), (1120, 630))],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_cut_to_16_to_9_and_never_enlarged(
    settings: Settings, size: tuple[int, int], result: tuple[int, int], form: str
) -> None:
    name = store(picture(size, form))

    with stored(settings, name) as copy:
        assert (copy.size, copy.format, copy.mode) == (result, "JPEG", "RGB")


def test_a_copy_is_named_by_its_content_and_written_once(settings: Settings) -> None:
    name = store(picture())
    path = Path(settings.MEDIA_ROOT) / name
    before = path.stat().st_mtime_ns

    again = store(picture())

    assert again == name == f"images/{sha256(path.read_bytes()).hexdigest()[:32]}.jpg"
    assert path.stat().st_mtime_ns == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_what_else_was_in_the_file_is_not_in_the_copy(settings: Settings) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"

    name = store(picture(form="JPEG", exif=exif.tobytes()))

    with stored(settings, name) as copy:
        assert not copy.getexif()
        assert "exif" not in copy.info


def test_a_transparent_picture_stands_on_white(settings: Settings) -> None:
    name = store(picture(mode="RGBA"))

    with stored(settings, name) as copy:
        assert copy.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Unidentified"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Unidentified"),
        (picture((199, 199)), "too narrow"),
        (picture()[:300], "OSError"),
        (picture((400, 400), "BMP"), "Unidentified"),
        (b"x" * 5_000_001, "too large"),
    ],
    ids=["nothing", "svg", "narrow", "cut off", "bmp", "large"],
)
def test_what_is_no_picture_is_refused(settings: Settings, data: bytes, words: str) -> None:
    with pytest.raises(NoPicture, match=words):
        store(data)

    assert not list(Path(settings.MEDIA_ROOT).glob("images/*"))


def test_a_picture_of_too_many_pixels_is_never_unpacked() -> None:
    bomb = picture((9000, 9000), mode="1")

    with pytest.raises(NoPicture):
        store(bomb)

    assert len(bomb) < 50_000


@pytest.mark.django_db
def test_a_file_inside_the_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "a.png").write_bytes(picture())
    paper = make_paper(media=image_at("/avatars/1.svg") + image_at("plots/a.png"))

    assert take_local(paper, tmp_path)

    paper.refresh_from_db()
    assert str(paper.image).startswith("images/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["../secret.png", "link.png", "plots/../../secret.png", "{outside}", "missing.png", ""])
def test_a_file_outside_the_folder_is_never_taken(tmp_path: Path, url: str) -> None:
    folder = tmp_path / "folder"
    (folder / "plots").mkdir(parents=True)
    outside = tmp_path / "secret.png"
    outside.write_bytes(picture())
    (folder / "link.png").symlink_to(outside)
    paper = make_paper(media=image_at(url.replace("{outside}", str(outside))))

    assert not take_local(paper, folder)

    assert not paper.image


@pytest.mark.django_db
def test_a_missing_picture_is_fetched_once() -> None:
    paper = make_paper(media=image_at("https://pictures.example/a.png"))

    with served([Play(body=picture())]) as web:
        first = fetch_missing(now=NOW, fetch=from_web(web))
        second = fetch_missing(now=NOW, fetch=from_web(web))

    paper.refresh_from_db()
    assert (first, second, len(web.paths)) == (1, 0, 1)
    assert str(paper.image).startswith("images/")


@pytest.mark.django_db
def test_a_picture_that_cannot_be_reached_is_tried_three_times_ever_later() -> None:
    make_paper(media=image_at("https://pictures.example/a.png"))
    tried = []

    with served([Play(500)]) as web:
        for hour in range(48):
            before = len(web.paths)
            fetch_missing(now=NOW + timedelta(hours=hour), fetch=from_web(web))
            tried += [hour] * (len(web.paths) - before)

    assert tried == [0, 1, 13]


@pytest.mark.django_db
def test_what_is_no_picture_is_not_tried_again_and_logged_by_the_papers_id(caplog: pytest.LogCaptureFixture) -> None:
    paper = make_paper(media=image_at("https://pictures.example/secret-name.svg"))
    caplog.set_level(logging.INFO)

    with served([Play(body=b"<svg/>")]) as web:
        for hour in range(48):
            fetch_missing(now=NOW + timedelta(hours=hour), fetch=from_web(web))

    assert len(web.paths) == 1
    assert f"paper {paper.pk}" in caplog.text
    assert "secret-name" not in caplog.text


@pytest.mark.django_db
def test_the_second_image_serves_where_the_first_is_none() -> None:
    make_paper(media=image_at("https://pictures.example/a.svg") + image_at("https://pictures.example/b.png"))

    with served([Play(body=b"<svg/>"), Play(body=picture())]) as web:
        assert fetch_missing(now=NOW, fetch=from_web(web)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "media",
    [
        [],
        image_at("/avatars/1.svg"),
        image_at("http://pictures.example/a.png"),
        image_at("https://cdn-avatars.huggingface.co/a.png"),
        [{"kind": "video", "url": "https://pictures.example/a.mp4", "alt": ""}],
    ],
)
def test_faces_videos_and_what_does_not_come_over_https_are_not_fetched(media: list[dict[str, str]]) -> None:
    make_paper(media=media)

    with served([Play(body=picture())]) as web:
        assert fetch_missing(now=NOW, fetch=from_web(web)) == 0

    assert web.paths == []


@pytest.mark.django_db
def test_a_round_fetches_no_more_than_its_limit() -> None:
    for number in range(4):
        make_paper(media=image_at(f"https://pictures.example/{number}.png"))

    with served([Play(body=picture())]) as web:
        done = fetch_missing(now=NOW, limit=3, fetch=from_web(web))

    assert (done, len(web.paths)) == (3, 3)
    assert Paper.objects.filter(image="").count() == 1


def test_pictures_come_from_public_addresses_alone() -> None:
    with served([Play(body=picture())]) as web, pytest.raises(SourceUnreachable):
        images.fetch_image(web.url)

    assert web.paths == []
