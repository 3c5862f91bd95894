"""Who carries the mails, as a reader may know it: named by a POSTBOX_URL without its secrets. Pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

# As the providers write themselves; anything else as its scheme has it.
NAMES = {
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "mailtrap": "Mailtrap",
    "mandrill": "Mandrill",
    "postal": "Postal",
    "postmark": "Postmark",
    "resend": "Resend",
    "scaleway": "Scaleway",
    "sendgrid": "SendGrid",
    "sparkpost": "SparkPost",
    "unisender_go": "Unisender Go",
}


def carrier(url: str) -> str:
    """`Brevo`, or `smtp.example.org`; empty where mails are files and nobody carries them."""
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        return _("a mail server")
    if scheme == "file":
        return ""
    if scheme.startswith("anymail+"):
        name = scheme.removeprefix("anymail+").replace("-", "_")
        return NAMES.get(name, name)
    return host if _is_public(host) else _("a mail server of our own")


def _is_public(host: str) -> bool:
    """Whether the name says something outside: not localhost, a name of the inner network or a number."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".lan"))
    return False
