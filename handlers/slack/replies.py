"""How Slack's requests are answered: acknowledged at once, and with the outcome through response_url."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from slack_bolt import Ack
from slack_sdk import WebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack import answering, blocks, messages, refusals, windows
from handlers.slack.blocks import SlackMessage
from handlers.slack.windows import Answer, Shown, Where, Window
from handlers.slack.work import instead, is_taken_up, note_unsure
from logs import request_id
from models import failure
from models.errors import ClaimLost, RequestGone
from pbx.errors import SwitchhookError

log = logging.getLogger("switchhook.ext")

T = TypeVar("T")


def acknowledge(ack: Ack) -> None:
    """Acknowledge without a text: the answer follows through response_url."""
    ack()


def reply_to(
    client: WebClient, body: dict[str, Any], work: Callable[[], Answer], *, replaces: bool = False
) -> None:
    """Do the work of a command or a press and answer where it was: below, in place of the message, or in a window.

    In App Home and in windows there is no message; an answer takes the place of the window that was pressed in. Without a
    window nothing is done, and the user is told; but what another process had before is done, and told by direct message.
    A failure never takes the message's place: its buttons stay.
    """
    if not body.get("response_url"):
        where = _window(client, body)
        shown = _shown(outcome_of(work)) if where or is_taken_up() else blocks.plain(windows.TOO_LATE)
        instead_of_form = "" if isinstance(shown, SlackMessage) else windows.TOO_LATE
        answering.tell(client, body, shown, window=where or {}, told_instead=instead_of_form)
        return
    answer, failed = _attempt(work)
    if isinstance(answer, Window) and (where := _window(client, body)):
        answering.tell(client, body, _shown(answer), window=where)
        return
    message = outcome_of(answer.otherwise) if isinstance(answer, Window) else answer
    in_place = replaces and not failed and message is answer
    answering.tell(client, body, message, url=body["response_url"], replaces=in_place)


def _window(client: WebClient, body: dict[str, Any]) -> Where | None:
    """Return the window for an answer: opened now, or by the process that had the request before; None: there is none."""
    return windows.open_wait(client, body) or (windows.opened_before(client, body) if is_taken_up() else None)


def _shown(answer: Answer) -> Shown:
    return outcome_of(answer.make) if isinstance(answer, Window) else answer


def outcome_of(work: Callable[[], T]) -> T | SlackMessage:
    """Do the work and return what came of it, or what to say of its failure."""
    return _attempt(work)[0]


def _attempt(work: Callable[[], T]) -> tuple[T | SlackMessage, bool]:
    """Do the work and return what came of it, or what to say of its failure, and whether it failed.

    What an earlier process has done by this request is told, and not done again. Raises ClaimLost.
    """
    try:
        return (instead() or work)(), False
    except RequestGone:
        return messages.refusal("this was interrupted, and may not be saved"), True
    except ClaimLost:  # who carries it out now answers
        raise
    except SwitchhookError as error:
        return refusals.with_look_up(error), True
    except SQLAlchemyError as error:
        log.warning("a command failed: the database", extra={"reason": type(error).__name__})
        note_unsure()
        if instead():  # who sent it has read that before
            raise ClaimLost("the database fails again: another try tells what was saved") from error
        return messages.refusal(failure.describe(error)), True
    except Exception:
        log.exception("a command failed")
        return messages.refusal(
            "something went wrong inside Switchhook, and it is in its log under the request id "
            f"{request_id.get()}. What was saved is kept: look with /ext status, then try again"
        ), True
