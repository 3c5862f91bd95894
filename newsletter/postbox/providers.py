"""The mail providers that Anymail reaches: what each can do, its limits, and how a POSTBOX_URL names its keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

EVERYWHERE = frozenset({"api_url"})
BRACES = ("{{", "{%")


class Batch(StrEnum):
    """How one call serves many readers, each of whom gets a mail of their own."""

    NONE = "none"
    MERGED = "merged"  # the text goes once, the provider puts each reader's tokens in
    COPIED = "copied"  # each reader's text goes as it is


@dataclass(frozen=True, slots=True)
class Provider:
    """One HTTP provider. Figures are of Anymail 15.2 and the providers' own pages, of 2026.

    `key_option` and `user_option` are the backend's names for password and user of the POSTBOX_URL, `options`
    those that its query may name.
    `readers_per_call` is 1 where one call cannot serve many, or nobody says how many; `merge` is what stands
    around a place's name in a merged text, `extra` what Anymail has to be told for it.
    `marks` begin merge syntax that the provider reads in every mail, also where nothing is to be merged.
    `own_headers` are those that may differ between the readers of a call, all where it is None; `made_headers`
    it writes itself there. With `replaces_headers` a reader's own stand in the place of the common ones.
    `repeats_tags`: tags are what it repeats in its events, else metadata.
    `idempotency` names the header that makes a retry safe, `known_codes` say that the key came before.
    """

    name: str
    key_option: str = "api_key"
    user_option: str = ""
    options: frozenset[str] = EVERYWHERE
    batch: Batch = Batch.NONE
    readers_per_call: int = 1
    merge: tuple[str, str] = ("", "")
    extra: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    repeats_tags: bool = False
    own_headers: frozenset[str] | None = None
    made_headers: frozenset[str] = frozenset()
    replaces_headers: bool = False
    idempotency: str = ""
    known_codes: frozenset[str] = frozenset()
    broken_codes: frozenset[str] = frozenset()


PROVIDERS = {
    provider.name: provider
    for provider in (
        # Amazon SES is reached by SMTP: smtp+tls://USER:PASSWORD@email-smtp.REGION.amazonaws.com:587. Anymail calls it
        # by way of boto3, which makes a call that timed out again (up to 5 times, by default), and knows no key.
        # 1,000 versions a call: developers.brevo.com/docs/batch-send-transactional-emails. {{params.x}} in what is
        # no stored template: docs/heterogenous-versions-batch-emails shows it for HTML; for the text part unverified.
        # Whether a version's headers add to the common ones or replace them is not said: so each has them all.
        # The key (a UUID, for 30 minutes) and duplicate_parameter: same page.
        Provider(
            "brevo",
            batch=Batch.MERGED,
            readers_per_call=1000,
            merge=("{{params.", "}}"),
            marks=BRACES,
            replaces_headers=True,
            idempotency="idempotencyKey",
            known_codes=frozenset({"duplicate_parameter"}),
            broken_codes=frozenset(
                {"unauthorized", "not_enough_credits", "permission_denied", "account_under_validation"}
            ),
        ),
        # Many readers a call see each other, or go to an endpoint that answers later; no header is a reader's own.
        Provider("mailersend", key_option="api_token", repeats_tags=True, marks=BRACES),
        # 1,000 readers and %recipient.x%: documentation.mailgun.com, Batch Sending; the other marks: Tracking.
        Provider(
            "mailgun",
            options=EVERYWHERE | {"sender_domain"},
            batch=Batch.MERGED,
            readers_per_call=1000,
            merge=("%recipient.", "%"),
            marks=("%recipient", "%unsubscribe_url%", "%tag_unsubscribe_url%", "%mailing_list_unsubscribe_url%"),
        ),
        # 50 messages a call: dev.mailjet.com, Send API v3.1. Its merging there is {{var:x}} or [[var:x]], by whom
        # one asks; each message may have its own text, which is beyond doubt.
        Provider(
            "mailjet",
            user_option="api_key",
            key_option="secret_key",
            batch=Batch.COPIED,
            readers_per_call=50,
            marks=("[[",),
            replaces_headers=True,
        ),
        # 500 mails a call, each with its own text: docs.mailtrap.io, Batch. Variables are for stored templates.
        Provider(
            "mailtrap",
            key_option="api_token",
            options=EVERYWHERE | {"sandbox_id"},
            batch=Batch.COPIED,
            readers_per_call=500,
            marks=BRACES,
        ),
        # No header is a reader's own, and each has an address of their own to leave by.
        Provider("mandrill", marks=("*|", *BRACES)),
        Provider("postal", repeats_tags=True),
        # 500 mails and 50 MB a call: postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails.
        Provider(
            "postmark",
            key_option="server_token",
            options=EVERYWHERE | {"message_stream"},
            batch=Batch.COPIED,
            readers_per_call=500,
            # Wrong token, sender not confirmed, credits used up, account not approved.
            broken_codes=frozenset({"10", "400", "401", "405", "412"}),
        ),
        # 100 mails a call; a key of up to 256 characters, for 24 hours: resend.com/docs, Batch Sending, Idempotency.
        Provider("resend", batch=Batch.COPIED, readers_per_call=100, idempotency="Idempotency-Key"),
        # Anymail has no webhook for Scaleway: nothing is heard of a mail once it is taken.
        Provider("scaleway", key_option="secret_key", options=EVERYWHERE | {"project_id", "region"}),
        # 1,000 personalizations a call: twilio.com/docs/sendgrid, Mail Send Errors. A text with substitutions needs no
        # template (anymail.dev, SendGrid); what marks a field is ours to choose.
        Provider(
            "sendgrid",
            batch=Batch.MERGED,
            readers_per_call=1000,
            merge=("%paperboy.", "%"),
            extra={"merge_field_format": "%paperboy.{}%"},
            marks=("%paperboy.",),
        ),
        # 2,000 to 10,000 readers a call are advised (sparkpost.com/docs, SMTP and REST API Injection); but where it
        # rejects some it does not say whom, and all readers of the call are in doubt: so fewer.
        Provider(
            "sparkpost",
            options=EVERYWHERE | {"subaccount"},
            batch=Batch.MERGED,
            readers_per_call=200,
            merge=("{{", "}}"),
            marks=BRACES,
        ),
        # 500 readers and 10 MB a call: godocs.unisender.ru/web-api-ref, email/send.
        Provider(
            "unisender_go",
            batch=Batch.MERGED,
            readers_per_call=500,
            merge=("{{", "}}"),
            marks=BRACES,
            own_headers=frozenset({"List-Unsubscribe"}),
            made_headers=frozenset({"Message-ID"}),
        ),
    )
}
