"""Which workspace the app is in: who belongs to another one, as in a channel that is shared by Slack Connect, is refused."""

from __future__ import annotations

import logging
import threading
import time

from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.payload_shapes import JsonObject
from settings import Settings

log = logging.getLogger("switchhook.slack")

ASK_SECONDS = 1  # for Slack's answer: whoever presses is to be acknowledged within three
AGAIN_SECONDS = 60.0  # until Slack is asked once more, after no answer
STRANGER = "This phone system belongs to another Slack workspace."


class Workspace:
    """The bot's own, by Slack's word, which is asked for once. While Slack does not say, nobody is a stranger."""

    def __init__(self, settings: Settings) -> None:
        self._client = slack_client(settings, ASK_SECONDS)
        self._lock = threading.Lock()
        self._ours: set[str] = set()
        self._team_id = ""
        self._not_before = 0.0

    def ids(self) -> frozenset[str]:
        """Return the IDs of the workspace and of its organization; none while Slack does not say."""
        return frozenset(self._known())

    def team_id(self) -> str:
        """Return that of the workspace alone; empty while Slack does not say."""
        self._known()
        return self._team_id

    def is_stranger(self, payload: JsonObject) -> bool:
        """Return whether a request is of somebody from another workspace, and no other of the same organization."""
        theirs = home_of(payload)
        return bool(theirs) and bool(ours := self._known()) and ours.isdisjoint(theirs)

    def _known(self) -> set[str]:
        """Return the IDs of the workspace and of its organization."""
        with self._lock:
            if not self._ours and time.monotonic() >= self._not_before:
                self._ask()
            return self._ours

    def _ask(self) -> None:
        try:
            answer = self._client.auth_test()
        except SLACK_AWAY as error:
            self._not_before = time.monotonic() + AGAIN_SECONDS
            log.warning(
                "Slack does not say which workspace this is: who is of another is not refused",
                extra={"reason": type(error).__name__, "again_in": AGAIN_SECONDS},
            )
        else:
            self._team_id = str(answer["team_id"])
            self._ours = {str(answer[name]) for name in ("team_id", "enterprise_id") if answer.get(name)}


def home_of(payload: JsonObject) -> set[str]:
    """Return the IDs of the workspace and the organization that somebody is of; empty: it is not said."""
    user, team, enterprise = (_object(payload.get(name)) for name in ("user", "team", "enterprise"))
    workspace = user.get("team_id") or team.get("id") or payload.get("team_id")
    organization = enterprise.get("id") or payload.get("enterprise_id")
    return {str(each) for each in (workspace, organization) if each} if workspace else set()


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}
