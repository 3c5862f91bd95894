"""What mail providers make of Anymail's real calls: the mails that leave, and the answer. By their documentation."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """One mail as a provider sends it: to whom its To header says, with every reader's own fields filled in."""

    to: list[str]
    text: str
    html: str
    headers: dict[str, str]
    metadata: dict[str, str]


@dataclass(frozen=True)
class Practice:
    """How a provider reads the body of a call, and what it says when it has taken these mails."""

    mails: Callable[[Any], Iterator[Sent]]
    answer: Callable[[list[Sent], Any], object]
    status: int = 200


def _fill(text: str, pattern: str, values: Fields) -> str:
    return re.sub(pattern, lambda found: str(values.get(found[1], "")), text)


def _brevo(body: Fields) -> Iterator[Sent]:
    pattern = r"\{\{\s*params\.(\w+)\s*\}\}"
    for version in body.get("messageVersions") or [body]:
        headers = dict(version.get("headers") or body.get("headers", {}))
        headers.pop("idempotencyKey", None)
        metadata = json.loads(headers.pop("X-Mailin-custom", "{}"))
        text, html = (
            _fill(body.get(name, ""), pattern, version.get("params", {})) for name in ("textContent", "htmlContent")
        )
        yield Sent([reader["email"] for reader in version["to"]], text, html, headers, metadata)


def _mailgun(form: Mapping[str, list[str]]) -> Iterator[Sent]:
    variables = json.loads(form.get("recipient-variables", ["{}"])[0])
    for reader in form["to"]:
        own = variables.get(reader, {})
        values = {name: _fill(value[0], r"%recipient\.([\w:-]+)%", own) for name, value in form.items() if name != "to"}
        yield Sent(
            [reader] if variables else form["to"],
            values["text"],
            values["html"],
            {name[2:]: value for name, value in values.items() if name.startswith("h:")},
            {name[2:]: value for name, value in values.items() if name.startswith("v:")},
        )


def _mailjet(body: Fields) -> Iterator[Sent]:
    for message in body["Messages"]:
        mail = {**body["Globals"], **message}
        to = [reader["Email"] for reader in mail["To"]]
        yield Sent(to, mail["TextPart"], mail["HTMLPart"], mail["Headers"], json.loads(mail["EventPayload"]))


def _mailtrap(body: Fields) -> Iterator[Sent]:
    for request in body.get("requests", [{}]):
        mail = {**body.get("base", body), **request}
        to = [reader["email"] for reader in mail["to"]]
        yield Sent(to, mail["text"], mail["html"], mail["headers"], mail["custom_variables"])


def _postmark(body: Any) -> Iterator[Sent]:
    for mail in body if isinstance(body, list) else [body]:
        headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
        yield Sent(mail["To"].split(", "), mail["TextBody"], mail["HtmlBody"], headers, mail["Metadata"])


def _resend(body: Any) -> Iterator[Sent]:
    for mail in body if isinstance(body, list) else [body]:
        headers = dict(mail["headers"])
        yield Sent(mail["to"], mail["text"], mail["html"], headers, json.loads(headers.pop("X-Metadata")))


def _sendgrid(body: Fields) -> Iterator[Sent]:
    for one in body["personalizations"]:
        text, html = (part["value"] for part in body["content"])
        for mark, value in one.get("substitutions", {}).items():
            text, html = text.replace(mark, value), html.replace(mark, value)
        metadata = {**body.get("custom_args", {}), **one["custom_args"]}
        del metadata["anymail_id"]
        headers = {**body.get("headers", {}), **one.get("headers", {})}
        yield Sent([reader["email"] for reader in one["to"]], text, html, headers, metadata)


def _sparkpost(body: Fields) -> Iterator[Sent]:
    content = body["content"]
    for reader in body["recipients"]:
        values = reader.get("substitution_data", {})
        text, html = (_fill(content[name], r"\{\{(\w+)\}\}", values) for name in ("text", "html"))
        headers = {name: _fill(value, r"\{\{(\w+)\}\}", values) for name, value in content["headers"].items()}
        metadata = reader.get("metadata", body.get("metadata"))
        yield Sent(reader["address"]["header_to"].split(", "), text, html, headers, metadata)


def _unisender(body: Fields) -> Iterator[Sent]:
    mail = body["message"]
    for reader in mail["recipients"]:
        values = reader.get("substitutions", {})
        text, html = (_fill(mail["body"][name], r"\{\{(\w+)\}\}", values) for name in ("plaintext", "html"))
        headers = {name: _fill(value, r"\{\{(\w+)\}\}", values) for name, value in mail["headers"].items()}
        metadata = {**mail.get("global_metadata", {}), **reader["metadata"]}
        del metadata["anymail_id"]
        yield Sent(headers.pop("to", reader["email"]).split(", "), text, html, headers, metadata)


def _brevo_answer(mails: list[Sent], body: Fields) -> object:
    ids = [f"<{number}@sink>" for number, _mail in enumerate(mails)]
    return {"messageIds": ids} if "messageVersions" in body else {"messageId": ids[0]}


def _mailtrap_answer(mails: list[Sent], body: Fields) -> object:
    one = {"success": True, "message_ids": ["1"]}
    return {"success": True, "responses": [one for _mail in mails]} if "requests" in body else one


def _postmark_answer(mails: list[Sent], body: Any) -> object:
    answers = [{"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": mail.to[0]} for mail in mails]
    return answers if isinstance(body, list) else answers[0]


PRACTICES = {
    "brevo": Practice(_brevo, _brevo_answer, 201),
    "mailgun": Practice(_mailgun, lambda _mails, _body: {"id": "<1@sink>", "message": "Queued. Thank you."}),
    "mailjet": Practice(
        _mailjet,
        lambda mails, _body: {
            "Messages": [{"Status": "success", "To": [{"Email": mail.to[0], "MessageID": 1}]} for mail in mails]
        },
    ),
    "mailtrap": Practice(_mailtrap, _mailtrap_answer),
    "postmark": Practice(_postmark, _postmark_answer),
    "resend": Practice(
        _resend,
        lambda mails, body: {"data": [{"id": "1"} for _mail in mails]} if isinstance(body, list) else {"id": "1"},
    ),
    "sendgrid": Practice(_sendgrid, lambda _mails, _body: "", 202),
    "sparkpost": Practice(
        _sparkpost,
        lambda mails, _body: {
            "results": {"total_accepted_recipients": len(mails), "total_rejected_recipients": 0, "id": "1"}
        },
    ),
    "unisender_go": Practice(
        _unisender,
        lambda mails, _body: {"status": "success", "job_id": "1", "emails": [mail.to[0] for mail in mails]},
    ),
}
