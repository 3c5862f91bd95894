"""The mail providers that Anymail reaches: what each can do, its limits, and how a POSTBOX_URL names its keys."""

from dataclasses import dataclass

EVERYWHERE = frozenset({"api_url"})
BRACES = ("{{", "{%")


@dataclass(frozen=True, slots=True)
class Provider:
    """One HTTP provider. Figures are of Anymail 15.2 and the providers' own pages.

    `key_option` and `user_option` are the backend's names for password and user of the POSTBOX_URL, `options`
    those that its query may name.
    `marks` begin merge syntax that the provider reads in every mail, also where nothing is to be merged.
    `readers_per_call` is 1 where one call cannot serve many, or nobody says how many; `idempotency` names the
    header that makes a retry safe.
    """

    name: str
    key_option: str = "api_key"
    user_option: str = ""
    options: frozenset[str] = EVERYWHERE
    readers_per_call: int = 1
    merge_data: bool = False
    merge_headers: bool = False
    metadata: bool = True
    merge_metadata: bool = False
    idempotency: str = ""
    marks: tuple[str, ...] = ()
    broken_codes: frozenset[str] = frozenset()


PROVIDERS = {
    provider.name: provider
    for provider in (
        # Amazon SES takes its keys from the AWS environment; many readers a call need a stored template.
        Provider("amazon_ses", key_option="", options=frozenset({"configuration_set_name", "message_tag_name"})),
        Provider(
            "brevo",
            readers_per_call=1000,
            merge_data=True,
            merge_headers=True,
            merge_metadata=True,
            idempotency="idempotencyKey",  # for 30 minutes
            marks=BRACES,
            broken_codes=frozenset(
                {"unauthorized", "not_enough_credits", "permission_denied", "account_under_validation"}
            ),
        ),
        Provider("mailersend", key_option="api_token", metadata=False, merge_data=True, marks=BRACES),
        Provider(
            "mailgun",
            options=EVERYWHERE | {"sender_domain"},
            readers_per_call=1000,
            merge_data=True,
            merge_headers=True,
            merge_metadata=True,
            marks=("%recipient",),
        ),
        Provider(
            "mailjet",
            user_option="api_key",
            key_option="secret_key",
            readers_per_call=50,
            merge_data=True,
            merge_headers=True,
            merge_metadata=True,
        ),
        Provider(
            "mailtrap",
            key_option="api_token",
            options=EVERYWHERE | {"sandbox_id"},
            readers_per_call=500,
            merge_data=True,
            merge_headers=True,
            merge_metadata=True,
            marks=BRACES,
        ),
        Provider("mandrill", merge_data=True, merge_metadata=True, marks=("*|", *BRACES)),
        Provider("postal", metadata=False),
        Provider(
            "postmark",
            key_option="server_token",
            options=EVERYWHERE | {"message_stream"},
            readers_per_call=500,
            merge_headers=True,
            merge_metadata=True,
            # Wrong token, sender not confirmed, credits used up, account not approved.
            broken_codes=frozenset({"10", "400", "401", "405", "412"}),
        ),
        Provider(
            "resend", readers_per_call=100, merge_headers=True, merge_metadata=True, idempotency="Idempotency-Key"
        ),
        Provider("scaleway", key_option="secret_key", options=EVERYWHERE | {"project_id", "region"}),
        Provider("sendgrid", readers_per_call=1000, merge_data=True, merge_headers=True, merge_metadata=True),
        Provider(
            "sparkpost",
            options=EVERYWHERE | {"subaccount"},
            merge_data=True,
            merge_headers=True,
            merge_metadata=True,
            marks=BRACES,
        ),
        # Of further headers Unisender Go takes List-Unsubscribe alone per reader.
        Provider("unisender_go", readers_per_call=500, merge_data=True, merge_metadata=True, marks=BRACES),
    )
}
