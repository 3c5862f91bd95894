"""From messages to Anymail's message: for one reader, or for many of one wording, each with their own fields."""

from collections.abc import Mapping, Sequence

from anymail.message import AnymailMessage

from digests.links import fill
from newsletter.postbox.batches import disarmed, disarmed_pieces, merged
from newsletter.postbox.message import Message, Wording
from newsletter.postbox.mime import address, common_lines, one_line
from newsletter.postbox.payloads import Recipient
from newsletter.postbox.providers import Batch, Provider
from newsletter.postbox.returns import signed_id

Keys = Mapping[int, bytes]


def as_anymail(messages: Sequence[Message], provider: Provider, *, link_keys: Keys, key: str = "") -> AnymailMessage:
    """The mail of one call; it must not be personal in any way but its fields. `key` makes its retry safe.

    The first of `link_keys` signs what the provider repeats in its events. Raises ValueError on what would break out
    of a header.
    """
    wording = messages[0].wording
    common_lines(wording)
    mail = AnymailMessage(
        subject=disarmed(one_line(wording.subject), provider.marks),
        from_email=_mailbox(wording),
        to=[Recipient(address(message.to)) for message in messages],
        reply_to=[wording.reply_to] if wording.reply_to else None,
    )
    if len(messages) == 1:
        _write_to_one(mail, messages[0], provider, link_keys)
    else:
        _write_to_many(mail, messages, provider, link_keys)
    if key:
        mail.extra_headers[provider.idempotency] = key
    return mail


def _write_to_one(mail: AnymailMessage, message: Message, provider: Provider, link_keys: Keys) -> None:
    mail.extra_headers = {**message.wording.headers, **message.headers}
    if provider.repeats_tags:
        mail.tags = [signed_id(message.id, keys=link_keys)]
    else:
        mail.metadata = _metadata(message, link_keys)
    mail.body = disarmed(message.text, provider.marks)
    if message.wording.html:
        mail.attach_alternative(disarmed(message.html, provider.marks, in_html=True), "text/html")


def _write_to_many(mail: AnymailMessage, messages: Sequence[Message], provider: Provider, link_keys: Keys) -> None:
    """Every reader's fields under their address: by these Anymail knows that nobody may see another's."""
    readers = {address(message.to): message for message in messages}
    common = messages[0].wording.headers
    mail.extra_headers = {} if provider.replaces_headers else dict(common)
    mail.merge_headers = {
        name: {**(common if provider.replaces_headers else {}), **_own_headers(message, provider)}
        for name, message in readers.items()
    }
    mail.merge_metadata = {name: _metadata(message, link_keys) for name, message in readers.items()}
    if provider.batch is Batch.COPIED:
        _copy_texts(mail, readers, provider)
    else:
        _merge_texts(mail, readers, provider)


def _merge_texts(mail: AnymailMessage, readers: Mapping[str, Message], provider: Provider) -> None:
    wording = next(iter(readers.values())).wording
    mail.merge_data = {name: message.tokens for name, message in readers.items()}
    mail.esp_extra = dict(provider.extra)
    mail.body = merged(wording.text, provider)
    if wording.html:
        mail.attach_alternative(merged(wording.html, provider, in_html=True), "text/html")


def _copy_texts(mail: AnymailMessage, readers: Mapping[str, Message], provider: Provider) -> None:
    wording = next(iter(readers.values())).wording
    text = disarmed_pieces(wording.text, provider.marks)
    html = disarmed_pieces(wording.html, provider.marks, in_html=True)
    mail.bodies = {name: (fill(text, message.tokens), fill(html, message.tokens)) for name, message in readers.items()}


def _metadata(message: Message, link_keys: Keys) -> dict[str, str]:
    return {message.kind: signed_id(message.id, keys=link_keys)}


def _own_headers(message: Message, provider: Provider) -> Mapping[str, str]:
    if not provider.made_headers:
        return message.headers
    return {name: value for name, value in message.headers.items() if name not in provider.made_headers}


def _mailbox(wording: Wording) -> str:
    """`"Name" <address>`, not yet encoded: that is the provider's part."""
    words = one_line(wording.sender_name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{words}" <{wording.sender_address}>' if words else wording.sender_address
