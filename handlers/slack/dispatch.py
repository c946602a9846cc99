"""One request of Slack's, whichever way it came: taken once, and handed to Bolt."""

from __future__ import annotations

import logging

from slack_bolt import App, BoltRequest, BoltResponse

from handlers.slack import payloads
from handlers.slack.deduplication import DeduplicatingExecutor, Fingerprint
from handlers.slack.payload_shapes import JsonObject
from handlers.slack.workspace import STRANGER, Workspace

log = logging.getLogger("switchhook.slack")

# These are acknowledged first and processed by the executor; all else is processed before it is answered.
PROCESSED_LATER = ("command", "block_actions", "event_callback")
# What is typed into a search: it changes nothing, and who types the same twice in a second is to find it twice.
NEVER_THE_SAME = ("block_suggestion",)


class Dispatcher:
    """Hands payloads that were parsed to Bolt. `executor`: Bolt's."""

    def __init__(self, bolt: App, executor: DeduplicatingExecutor, workspace: Workspace) -> None:
        self._bolt = bolt
        self._executor = executor
        self._workspace = workspace

    def dispatch(self, payload: JsonObject, fingerprint: Fingerprint) -> BoltResponse:
        """Return what Slack is to be answered; what came before is acknowledged, and not worked on again."""
        kind = payloads.kind_of(payload)
        if self._workspace.is_stranger(payload):
            log.warning("somebody of another workspace is refused", extra={"kind": kind})
            return BoltResponse(status=200, body=STRANGER if kind == "command" else "")
        self._executor.current.set(fingerprint if kind in PROCESSED_LATER else None)
        if kind not in (*PROCESSED_LATER, *NEVER_THE_SAME) and not self._executor.is_first_in_time(
            fingerprint
        ):
            return BoltResponse(status=200)
        # In Socket Mode Bolt takes a parsed payload; otherwise it would parse the body once more, and in its own way.
        return self._bolt.dispatch(BoltRequest(body=payload, mode="socket_mode"))
