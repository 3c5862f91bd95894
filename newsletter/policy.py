"""What a browser may load and do on our pages: nothing from elsewhere, and nothing that stands within the page."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"
# frame-src: the demo's inbox and the desk's preview show mails in a frame, whose own policy is stricter.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Django's admin writes styles into its pages, and shows its checkmarks and arrows as data.
ADMIN = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "img-src 'self'", "img-src 'self' data:"
)


class ContentSecurityPolicyMiddleware:
    """Says POLICY, or ADMIN there, on every page that says none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        found = request.resolver_match
        is_admin = found is not None and found.app_name == "admin"
        response.headers.setdefault(HEADER, ADMIN if is_admin else POLICY)
        return response
