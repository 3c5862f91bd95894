"""Who may open what, and do what, in the admin: the table that the tests of all pages and actions ask.

Each has the least role that may, for what belongs to that role's newsletter: public (not logged in), staff (logged in,
without a role), viewer, translator, editor, publisher, administrator, superuser, nobody. What is added to the admin
belongs here before the tests pass.
"""

# The pages that each table has: its list and a row with its history; adding; changing (by POST); deleting.
LIST, ADD, CHANGE, DELETE = range(4)
TABLES = {
    "delivery_delivery": ("viewer", "nobody", "publisher", "nobody"),
    "digests_digest": ("viewer", "editor", "editor", "superuser"),
    "digests_newsletter": ("viewer", "superuser", "administrator", "superuser"),
    "digests_glossaryterm": ("viewer", "translator", "translator", "editor"),
    "digests_paper": ("viewer", "nobody", "editor", "superuser"),
    "digests_revision": ("viewer", "nobody", "nobody", "nobody"),
    "digests_summary": ("viewer", "translator", "translator", "superuser"),
    "feedback_event": ("viewer", "nobody", "nobody", "nobody"),
    "postbox_letter": ("administrator", "nobody", "nobody", "nobody"),
    "postbox_sender": ("administrator", "superuser", "administrator", "superuser"),
    "staff_act": ("administrator", "nobody", "nobody", "nobody"),
    "staff_role": ("administrator", "administrator", "administrator", "administrator"),
    "staff_user": ("superuser", "superuser", "superuser", "superuser"),
    "subscribers_consent": ("administrator", "nobody", "nobody", "nobody"),
    "subscribers_readerimport": ("administrator", "nobody", "nobody", "nobody"),
    "subscribers_subscriber": ("superuser", "nobody", "nobody", "nobody"),
    "subscribers_subscription": ("administrator", "nobody", "nobody", "nobody"),
    "subscribers_suppression": ("administrator", "administrator", "nobody", "superuser"),
}

# Other pages: who sees it (by GET), and who does something there (by POST).
PAGES = {
    "app_list": ("viewer", "viewer"),
    "auth_user_password_change": ("superuser", "superuser"),
    "autocomplete": ("nobody", "nobody"),  # without saying what is looked for
    "digest_approve": ("viewer", "publisher"),
    "digest_cancel": ("nobody", "publisher"),
    "digest_pause": ("nobody", "publisher"),
    "digest_preview": ("viewer", "nobody"),
    "digest_preview_mail": ("viewer", "nobody"),
    "digest_preflight": ("viewer", "nobody"),
    "digest_read": ("viewer", "translator"),
    "digest_preflight_look": ("nobody", "editor"),
    "digest_preflight_overrule": ("nobody", "publisher"),
    "digest_preflight_state": ("viewer", "nobody"),
    "digest_preview_reader": ("nobody", "administrator"),
    "digest_progress": ("viewer", "nobody"),
    "digest_resume": ("nobody", "publisher"),
    "digest_test": ("nobody", "translator"),
    "digest_unapprove": ("nobody", "publisher"),
    "desk_begin_special": ("nobody", "editor"),
    "desk_calendar": ("viewer", "nobody"),
    "desk_put_back": ("nobody", "editor"),
    "desk_statistics": ("staff", "nobody"),  # of the own newsletters; who has none is told so
    "desk_take_off": ("nobody", "editor"),
    "index": ("staff", "staff"),
    "jsi18n": ("staff", "nobody"),
    "login": ("public", "public"),
    "logout": ("nobody", "public"),
    "newsletter_bring": ("administrator", "administrator"),
    "newsletter_enter": ("administrator", "administrator"),
    "newsletter_export": ("nobody", "administrator"),
    "newsletter_export_suppressions": ("nobody", "administrator"),
    "newsletter_readers": ("viewer", "nobody"),
    "password_change": ("staff", "staff"),
    "password_change_done": ("staff", "nobody"),
    "readerimport": ("administrator", "nobody"),
    "readerimport_cancel": ("nobody", "administrator"),
    "readerimport_progress": ("administrator", "nobody"),
    "readerimport_report": ("administrator", "nobody"),
    "readerimport_start": ("nobody", "administrator"),
    "second_step": ("nobody", "nobody"),  # but for who has given the password: tests/staff/test_entrance.py
    "summary_desk": ("viewer", "translator"),
    "summary_finding": ("nobody", "translator"),
    "two_factor": ("staff", "staff"),
    "two_factor_codes": ("nobody", "staff"),
    "two_factor_off": ("nobody", "staff"),
    "view_on_site": ("nobody", "nobody"),
    "welcome": ("public", "public"),
}
# These lead to another page: who is in already or out again, an import to its own page, a report that is not there.
LED_ON = {"login", "logout", "readerimport_report", "subscribers_readerimport_change"}

# Actions of lists, besides the deleting of rows, which takes what deleting one takes.
ACTIONS = {
    "delivery_delivery.it_arrived": "publisher",
    "delivery_delivery.send_again": "publisher",
    "postbox_sender.pause": "administrator",
    "postbox_sender.resume": "administrator",
    "staff_role.reset_two_factor": "administrator",
    "subscribers_subscription.erase": "administrator",
}
PARTS = {"changelist": LIST, "change": LIST, "history": LIST, "add": ADD, "delete": DELETE}


def sees(name: str) -> str:
    """The least role that opens the page."""
    table, _underscore, part = name.rpartition("_")
    if table in TABLES and part in PARTS:
        return TABLES[table][PARTS[part]]
    assert name in PAGES, f"tests/staff/who_may.py does not say who may open admin:{name}"
    return PAGES[name][0]


def does(name: str) -> str:
    """The least role that sends something to the page."""
    table, _underscore, part = name.rpartition("_")
    if table in TABLES and part in PARTS:
        return TABLES[table][CHANGE if part == "change" else PARTS[part]]
    assert name in PAGES, f"tests/staff/who_may.py does not say who may send to admin:{name}"
    return PAGES[name][1]


def acts(action: str) -> str:
    """The least role that takes the action."""
    table, _dot, name = action.partition(".")
    if name == "delete_selected" and table in TABLES:
        return TABLES[table][DELETE]
    assert action in ACTIONS, f"tests/staff/who_may.py does not say who may take the action {action}"
    return ACTIONS[action]
