"""Lines of the log: tokens of readers' links do not stand in them."""

import logging
import re

AFTER_PURPOSE = re.compile(r"(/(?:confirm|preferences|leave|web|undo|data|move|arrive|welcome)/)[^\s\"'?]+")


def without_tokens(text: str) -> str:
    """`text` with "…" for what follows the purpose in the path of a link."""
    return AFTER_PURPOSE.sub(r"\1…", text)


class WithoutTokens(logging.Filter):
    """Lets every record pass, its message and its traceback without tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_tokens(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_tokens(record.exc_text)
        return True
