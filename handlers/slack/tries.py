"""What came of one try to tell somebody something in Slack."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from handlers.retry import retry_after
from handlers.slack.errors import is_definite, name_of

NOT_SENT = (ConnectionRefusedError, socket.gaierror)  # Slack was not even reached
RATE_LIMITED = 429


class Try(NamedTuple):
    """`may_retry`: it was not taken, and may be later; `is_unsure`: Slack may have taken it all the same.

    `pause`: the seconds for which Slack wants to be left alone, if it says so. `reason`: for the log.
    """

    is_taken: bool = False
    may_retry: bool = False
    is_unsure: bool = False
    pause: float = 0.0
    reason: str = ""


TAKEN = Try(is_taken=True)


def failed(error: Exception) -> Try:
    """Return what an error means that a call of Slack's Web API or of a response_url has raised."""
    if not isinstance(error, SlackApiError):
        is_sent = not (isinstance(error, URLError) and isinstance(error.reason, NOT_SENT))
        return Try(may_retry=True, is_unsure=is_sent, reason=type(error).__name__)
    name, status = name_of(error), error.response.status_code
    is_limited = status == RATE_LIMITED or name == "ratelimited"
    if is_definite(error) and not is_limited:
        return Try(reason=name)
    pause = retry_after(error.response.headers, 0.0)
    return Try(may_retry=True, is_unsure=not is_limited, pause=pause, reason=name or f"status {status}")
