"""What the description says of each status that is a problem: when it is answered, with what, and an example."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

# When a status is answered, where its name does not say so.
WHEN = {
    400: "The body cannot be read as JSON, or a header not as it is to be.",
    401: "There is no valid token; WWW-Authenticate says what is wrong with it.",
    403: "The token does not have the scope that this needs.",
    404: "There is no such thing.",
    409: "The phone system is not in a state that allows it, or the first request of this key is still worked on; `detail` says which.",
    412: "It has changed since you saw that ETag: `changes` lists what, by whom and when.",
    413: "The body is too large.",
    414: "The address is longer than the web server reads (4 KB).",
    415: "The body is of a kind that is not read here.",
    422: "A field or parameter is unknown, or its value not allowed; `errors` names each.",
    429: "Too many requests; Retry-After says for how many seconds to wait.",
    500: "Something that nobody foresaw; the server's log has it.",
    501: "This web process cannot do that; `detail` says what it takes.",
    503: "The database or Asterisk cannot be reached, or the server works on too much at once.",
}
HEADERS = {
    401: ("WWW-Authenticate",), 403: ("WWW-Authenticate",), 412: ("ETag",), 429: ("Retry-After",), 503: ("Retry-After",)
}  # fmt: skip
# What `detail` says, for example.
DETAILS = {
    400: "the body is no JSON: Expecting ',' delimiter, at line 3, column 5",
    401: "this needs a token, in the header Authorization: Bearer TOKEN; whoever runs Switchhook makes one with: "
    "flask token create NAME --scope SCOPE",
    403: "the token dashboard may do: read; this needs extensions:write; whoever runs Switchhook makes one with: "
    "flask token create NAME --scope extensions:write",
    404: "there is nothing at this address; id: The extension's id, or `number:` and its number, such as 7 or number:101",
    409: "somebody else has changed extension 101 at the same moment: look at it again",
    412: "extension 101 is not as you saw it any more: read it again, and decide anew. Since then: …",
    413: "a request to this address has at most 1000000 bytes",
    414: "this is no request that can be read: look at its first line and its headers",
    415: "the body says that it is text/plain: send application/json, and say so in the header Content-Type",
    422: "nmae: there is no such field; did you mean name?",
    429: "the token dashboard may ask 600 times a minute: wait 1 s",
    500: "something went wrong that nobody foresaw; whoever keeps the server finds request 4f1c2a in its log",
    501: "this web process cannot serve streams: that needs gunicorn with Switchhook's own settings, gunicorn app:app",
    503: "Asterisk does not answer at 127.0.0.1:5038: is Asterisk running?",
}
FAULTS = {422: [{"field": "nmae", "detail": "there is no such field; did you mean name?"}]}


def example(status: int) -> dict[str, Any]:
    """Return the body of a problem."""
    errors = {"errors": FAULTS[status]} if status in FAULTS else {}
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": DETAILS[status]} | errors
