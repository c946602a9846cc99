"""Checks of the way from the world to the web process: PUBLIC_URL, and the certificate of the web server in front."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from handlers.doctor.env_checks import RESTART
from installation.facts import ENABLED_SITE, SITE
from models.types import now
from pbx.doctor.certificate_checks import EXPIRES_SOON, expiry
from pbx.doctor.connections import connected
from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.services import Services

SECONDS = 4.0  # of one connection
HTTPS_PORT = 443
READY = (200, 503)  # what /readyz answers
FOR_THIS_MACHINE = {"/readyz": b'"database"', "/metrics": b"switchhook_"}  # what is in their answers
MAX_BODY = 2000  # bytes of an answer that are read
UNSIGNED = (401, 503)  # what the web process answers to what Slack did not sign
WHY = "what comes from outside takes this way: Slack's requests over HTTPS, HR systems, and browsers and phones of people"
RENEW = "as root, certbot renew && systemctl reload nginx; systemctl status certbot.timer says why it is not done by itself"


def certificate(services: Services) -> Iterator[Finding]:
    """Find a certificate that has expired, soon will, or that the world does not trust."""
    url = urlsplit(services.settings.public_url or "")
    if url.scheme != "https":
        raise NothingToCheck("PUBLIC_URL is no https:// address")
    host, port = url.hostname or "", url.port or HTTPS_PORT
    expires = expiry(host, port)
    if expires is None:
        raise NothingToCheck("nothing there speaks TLS")  # public_url() finds it
    left, distrust = expires - now(), _distrust(host, port)
    if left < timedelta(0):
        yield Finding(
            "certificate",
            f"the certificate of {url.netloc} expired at {expires:%Y-%m-%d %H:%M} UTC",
            WHY,
            RENEW,
        )
    elif distrust:
        yield Finding(
            "certificate",
            f"the certificate of {url.netloc} is not trusted ({distrust})",
            f"{WHY}, and refuse it",
            "give the web server one for this name that the world trusts, with the whole chain (fullchain.pem): certbot "
            f"certonly -d {url.hostname}",
        )
    elif left < EXPIRES_SOON:
        yield Finding(
            "certificate", f"the certificate of {url.netloc} expires in {left.days} days", WHY, RENEW
        )


def _distrust(host: str, port: int) -> str:
    """Return why the certificate is not trusted; empty: it is, or nobody speaks TLS there."""
    context = ssl.create_default_context()
    try:
        with connected(host, port, SECONDS, context):
            return ""
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return ""


def public_url(services: Services) -> Iterator[Finding]:
    """Find why what Slack sends would not arrive, seen from here."""
    if not services.settings.public_url:
        raise NothingToCheck("it is empty")
    url = urlsplit(services.settings.public_url)
    where = f"{url.scheme}://{url.netloc}{url.path}/slack/events"
    try:
        status = _post(url)
    except socket.gaierror:
        yield _no_way(
            f"PUBLIC_URL names {url.hostname}, which does not resolve",
            f"make a DNS record for {url.hostname}, or set PUBLIC_URL to the name that there is, {RESTART}",
        )
    except (OSError, HTTPException) as error:
        yield _no_way(
            f"nothing answers at {where}, tried from this machine ({error})",
            f"enable the web server's site, {SITE}, which is not yet: flask init prints the commands"
            if SITE.exists() and not ENABLED_SITE.exists()
            else "see that the web server runs (systemctl status nginx), that the firewall lets port "
            f"{url.port or HTTPS_PORT} in, and that PUBLIC_URL is right; a router that does not lead back to its own "
            f"address from inside is no fault: try curl -X POST {where} from elsewhere, which is to say “not signed by Slack”",
        )
    else:
        if status not in UNSIGNED:
            yield _no_way(
                f"{where} leads to something that answers {status} in the place of Switchhook",
                f"have the web server pass it on: location = /slack/events {{ proxy_pass "
                f"http://127.0.0.1:{services.settings.port}; }} as in docs/install.md, then systemctl reload nginx",
            )


def _no_way(seen: str, remedy: str) -> Finding:
    return Finding("public-url", seen, WHY, remedy)


def readiness(services: Services) -> Iterator[Finding]:
    """Find that the world may ask how the phone system is."""
    url = urlsplit(services.settings.public_url or "")
    if url.scheme != "https":
        raise NothingToCheck("PUBLIC_URL is no https:// address")
    try:
        is_open = [path for path, sign in FOR_THIS_MACHINE.items() if _tells(url, path, sign)]
    except (OSError, HTTPException):
        raise NothingToCheck("nothing answers there") from None  # public_url() finds it
    if is_open:
        where = f"https://{url.netloc}{url.path}"
        yield Finding(
            "readyz",
            f"{' and '.join(f'{where}{path}' for path in is_open)} {'are' if len(is_open) > 1 else 'is'} open to the world",
            "whoever asks reads which part of the phone system fails, and how many phones and calls there are",
            "have the web server pass on /slack/events, /slack/oauth, /webhooks/hr/, /api/, /extensions and /phones/ alone, as deploy/ has it for nginx, then "
            "systemctl reload nginx",
        )


def _tells(url: SplitResult, path: str, sign: bytes) -> bool:
    """Return whether the world gets the answer that is for this machine. Raises OSError, HTTPException."""
    status, body = ask(url, "GET", path)
    return status in READY and sign in body


def _post(url: SplitResult) -> int:
    """Return the status of the answer to a request as Slack sends it, without its signature. Raises OSError, HTTPException."""
    return ask(url, "POST", "/slack/events")[0]


def ask(url: SplitResult, method: str, path: str) -> tuple[int, bytes]:
    """Return the status and the beginning of the body. Raises OSError, HTTPException."""
    is_tls = url.scheme == "https"
    request = (HTTPSConnection if is_tls else HTTPConnection)(url.hostname or "", url.port)
    context = ssl.create_default_context() if is_tls else None
    with connected(request.host, request.port, SECONDS, context) as request.sock:
        request.request(method, f"{url.path}{path}", b"" if method == "POST" else None)
        answer = request.getresponse()
        return answer.status, answer.read(MAX_BODY)


CHECKS: tuple[Check[Services], ...] = (
    Check(
        "certificate",
        "no certificate at PUBLIC_URL is untrusted, or expires soon",
        certificate,
        limit=15.0,
    ),
    Check(
        "public-url",
        "PUBLIC_URL leads to the web process, as seen from here",
        public_url,
        needs=("web", "certificate"),
        limit=10.0,
    ),
    Check(
        "readyz",
        "/readyz and /metrics are for this machine alone",
        readiness,
        needs=("public-url",),
        limit=20.0,
    ),
)
