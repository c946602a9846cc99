"""The check of the way to the page in people's browsers."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from urllib.parse import urlsplit

from handlers.doctor import public_checks
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.services import Services

SIGN_IN = "/extensions/sign-in"
OURS, NOT_ENCRYPTED = b"Switchhook", b'id="not-encrypted"'
FORBIDDEN = 403
RELOAD = "as deploy/ has it for nginx, then systemctl reload nginx"


def page(services: Services) -> Iterator[Finding]:
    """Find a web server that does not pass the page on, or not how it came."""
    url = urlsplit(services.settings.public_url or "")
    if url.scheme != "https":
        raise NothingToCheck("PUBLIC_URL is no https:// address: the page is for this machine alone")
    try:
        status, body = public_checks.ask(url, "GET", SIGN_IN)
    except (OSError, HTTPException):
        raise NothingToCheck("nothing answers there") from None  # public_url() finds it
    where = f"https://{url.netloc}{url.path}/extensions"
    if status == FORBIDDEN:
        raise NothingToCheck("the web server lets this machine's own requests not in, as it may be meant")
    if status != 200 or OURS not in body:
        yield Finding(
            "page",
            f"{where} leads to something that answers {status} in the place of Switchhook",
            "/ext page and flask login-link make links that lead nowhere",
            f"have the web server pass on /extensions, {RELOAD}. If nobody is to have the page but this machine: "
            "location /extensions { return 403; }",
        )
    elif NOT_ENCRYPTED in body:
        yield Finding(
            "page",
            f"Switchhook is not told that {where} is reached over TLS",
            "cookies of the page are not kept to TLS and to this name",
            "have the web server pass on how requests come (proxy_set_header Host $http_host; proxy_set_header "
            f"X-Forwarded-Proto $scheme;), {RELOAD}",
        )
