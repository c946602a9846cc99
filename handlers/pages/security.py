"""Pure: what keeps others from acting in the name of who is signed in: CSRF tokens, origins and headers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping

CSRF_FIELD = "csrf"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Paths may be links that sign in, and web servers log where a request for a style sheet came from. With no-referrer,
    # the Origin of our own forms would be null.
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",  # passwords may be in there
}


def csrf_token(session_token: str) -> str:
    """Return what the forms of a session carry: nobody can make it who does not know the cookie."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(session_token: str, given: str) -> bool:
    return hmac.compare_digest(csrf_token(session_token).encode(), given.encode())


def is_own_request(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Return whether a browser says that one of our own pages sent it. What says nothing at all is no browser.

    https://www.w3.org/TR/fetch-metadata/ and https://fetch.spec.whatwg.org/#origin-header
    """
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or origin in origins
