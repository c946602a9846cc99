"""Keeps the Homes up to date that were opened within the last hour, within Slack's limits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from handlers.home import views
from handlers.home.publishing import Homes
from handlers.home.snapshot import Snapshot
from handlers.home.views import View
from handlers.retry import backoff, retry_after
from handlers.slack.errors import MAX_WAIT, SLACK_AWAY, is_definite, name_of
from handlers.slack.message_content import MESSAGE_FAULTS
from models import open_home
from models.lease import LeaseHolder
from models.open_home import OpenHome

log = logging.getLogger("switchhook.home")

# Slack takes some 100 views a minute, of all people together; those that people ask for themselves count, too.
SECONDS_EACH = 0.8
BURST = 5
LOOKED_AT_ONCE = 50  # Homes: the other jobs have their turn in between
ASTERISK_ASKED_EVERY = 5.0  # seconds
LOOK_AT_ALL_EVERY = 60.0  # seconds, whatever has changed
CONFLICT_SECONDS = 10.0  # after which nobody else is writing the same Home
# What is wrong with the Home itself; another refusal, of the token, say, may pass.
VIEW_FAULTS = {*MESSAGE_FAULTS, "view_too_large"}
# Whose Home is not shown to anybody.
GONE = {"not_enabled", "user_not_found", "user_disabled", "user_not_visible"}


class Refresher:
    """Remembers who has yet to be looked at since the last change. The process that holds the lease does it alone."""

    def __init__(
        self, homes: Homes, holder: LeaseHolder, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._homes = homes
        self._holder = holder
        self._clock = clock
        self._known: Snapshot | None = None
        self._look_at_all_at = 0.0
        self._waiting: dict[str, None] = {}  # whom to look at, in this order
        self._not_before: dict[str, float] = {}  # by person, after a refusal
        self._full_at = 0.0  # when the bucket of requests is full again
        self._blocked_until = 0.0
        self._failures = 0  # since Slack took a Home last

    def refresh(self) -> None:
        """Publish the Homes that differ from what Slack has, as many as may be. Raises LeaseLost, SQLAlchemyError."""
        with self._homes.services.database.session() as session:
            rows = {row.user_id: row for row in open_home.all_open(session)}
        if not rows:
            self._known = None
            return
        self._note_changes(rows)
        for user_id in list(self._waiting)[:LOOKED_AT_ONCE]:
            if not self._may_send():
                return
            if self._not_before.get(user_id, 0.0) > self._clock():
                continue
            del self._waiting[user_id]
            if row := rows.get(user_id):
                self._refresh_one(row)

    def _note_changes(self, rows: dict[str, OpenHome]) -> None:
        """Have everybody looked at once more if anything has changed."""
        now = self._clock()
        is_time = now >= self._look_at_all_at
        known = self._homes.snapshots.take(ASTERISK_ASKED_EVERY, anew=is_time)
        if is_time or known != self._known:
            self._waiting |= dict.fromkeys(rows)
        if is_time:
            self._look_at_all_at = now + LOOK_AT_ALL_EVERY
        self._known = known

    def _refresh_one(self, row: OpenHome) -> None:
        assert self._known is not None, "_note_changes() has set it"  # noqa: S101
        try:
            view = self._homes.view(self._known, row.user_id, row.page, row.search)
        except SQLAlchemyError:
            raise
        except Exception:  # the others go on
            log.exception("a Home cannot be made", extra={"user": row.user_id})
            return
        if views.digest(view) != row.digest:
            self._publish(row, view)

    def _publish(self, row: OpenHome, view: View) -> None:
        self._holder.renew()
        self._full_at = max(self._full_at, self._clock()) + SECONDS_EACH
        try:
            mark = self._homes.publish(row.user_id, view, seen=row.hash)
        except SlackApiError as error:
            self._handle_refusal(row, view, error)
        except SLACK_AWAY as error:
            self._put_off_all(row, error, type(error).__name__)
        else:
            self._failures = 0
            self._note(row, views.digest(view), mark)

    def _may_send(self) -> bool:
        spare = (BURST - 1) * SECONDS_EACH
        return max(self._full_at - spare, self._blocked_until) <= self._clock()

    def _handle_refusal(self, row: OpenHome, view: View, error: SlackApiError) -> None:
        name = name_of(error)
        if name in GONE or _is_of_nobody(error):
            log.info("a Home is not kept up to date any more", extra={"user": row.user_id, "reason": name})
            with self._holder.transaction() as session:
                open_home.forget(session, row.user_id)
        elif name == "hash_conflict":  # the person has opened another page; if not, the mark is of no use
            self._not_before[row.user_id] = self._clock() + CONFLICT_SECONDS
            self._waiting[row.user_id] = None
            self._note(row, None, None)
        elif is_definite(error) and name in VIEW_FAULTS:
            log.error("Slack refuses a Home", extra={"user": row.user_id, "reason": name})
            self._note(row, views.digest(view), row.hash)  # it would refuse the same again
        else:
            self._put_off_all(row, error, name)

    def _put_off_all(self, row: OpenHome, error: Exception, reason: str) -> None:
        self._failures += 1
        headers = error.response.headers if isinstance(error, SlackApiError) else {}
        seconds = retry_after(headers, backoff(self._failures, MAX_WAIT))
        log.warning("Homes have to wait", extra={"reason": reason, "again_in": seconds})
        self._blocked_until = self._clock() + seconds
        self._waiting[row.user_id] = None

    def _note(self, row: OpenHome, digest: str | None, mark: str | None) -> None:
        with self._holder.transaction() as session:
            open_home.note_refreshed(session, row, digest, mark)


def _is_of_nobody(error: SlackApiError) -> bool:
    """Return whether Slack finds fault with the person: it says so beside `invalid_arguments` only."""
    return "user_id" in str((error.response.get("response_metadata") or {}).get("messages"))
