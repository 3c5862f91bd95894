"""Collects the texts to translate from Django templates, for Babel (`make messages`, locale/babel.cfg).

Django's own makemessages needs GNU gettext on the machine; Babel is a wheel.
"""

from collections.abc import Collection, Iterator
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract(fileobj: IO[bytes], keywords: Any, comment_tags: Collection[str], options: Any) -> Iterator[Any]:
    """An extraction method as Babel asks for it: yields (line, function, texts, comments) of each text."""
    source = templatize(fileobj.read().decode("utf-8"))
    # templatize leaves the template's own indentation, which is none in Python's eyes.
    python = "\n".join(line.strip() for line in source.splitlines())
    yield from extract_python(BytesIO(python.encode()), keywords, comment_tags, options)
