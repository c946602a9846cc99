"""One request of Slack's, whichever way it came: stored once, and handed to Bolt."""

from __future__ import annotations

import logging

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from handlers.slack import answering, payloads, replies, unstored
from handlers.slack.answering import Answers
from handlers.slack.blocks import SlackMessage
from handlers.slack.deduplication import Again, Fingerprint
from handlers.slack.executor import RequestExecutor
from handlers.slack.payload_shapes import JsonObject
from handlers.slack.storing import Store, Unstored
from handlers.slack.work import Work
from handlers.slack.workspace import STRANGER, Workspace
from models.inbox import Claim

log = logging.getLogger("switchhook.slack")

# These are stored before they are acknowledged; all else asks for nothing to be done.
STORED = ("command", "block_actions", "view_submission", "event_callback")


class Dispatcher:
    """Hands payloads that were parsed to Bolt. `executor`: Bolt's; `client`: with the bot's token."""

    def __init__(
        self,
        bolt: App,
        executor: RequestExecutor,
        store: Store,
        workspace: Workspace,
        client: WebClient,
        answers: Answers,
    ) -> None:
        self._bolt = bolt
        self._executor = executor
        self._store = store
        self._workspace = workspace
        self._client = client
        self._answers = answers

    def dispatch(self, payload: JsonObject, fingerprint: Fingerprint) -> BoltResponse:
        """Return what Slack is to be answered; what came before is acknowledged, and not worked on again."""
        kind = payloads.kind_of(payload)
        if self._workspace.is_stranger(payload):
            log.warning("somebody of another workspace is refused", extra={"kind": kind})
            return BoltResponse(status=200, body=STRANGER if kind == "command" else "")
        with answering.told_by(self._answers):
            return self._dispatch(payload, fingerprint, kind)

    def _dispatch(self, payload: JsonObject, fingerprint: Fingerprint, kind: str) -> BoltResponse:
        if kind not in STORED:
            return self._hand_over(payload)
        is_look = unstored.is_look(payload)
        try:
            stored = self._store.store(payload, fingerprint, is_look=is_look)
        except Again:
            return BoltResponse(status=200)
        if isinstance(stored, Claim):
            with self._executor.working(stored, is_look=is_look) as work:
                return self.carry_out(payload, work)
        return self._hand_over(payload) if is_look else self._refuse(payload, stored)

    def carry_out(self, payload: JsonObject, work: Work) -> BoltResponse:
        """Have the listeners do it; the request is done with what they do after the acknowledgement."""
        response = self._hand_over(payload)
        # Who submitted a form reads that it failed, and tries again; nobody does for an event.
        work.is_given_back = response.status >= 500 and payloads.kind_of(payload) == "event_callback"
        return response

    def _hand_over(self, payload: JsonObject) -> BoltResponse:
        # In Socket Mode Bolt takes a parsed payload; otherwise it would parse the body once more, and in its own way.
        return self._bolt.dispatch(BoltRequest(body=payload, mode="socket_mode"))

    def _refuse(self, payload: JsonObject, why: Unstored) -> BoltResponse:
        if payloads.kind_of(payload) == "block_actions":
            self._executor.submit(replies.reply_to, self._client, payload, lambda: _refusal(payload, why))
        return unstored.refused(payload, why)


def _refusal(payload: JsonObject, why: Unstored) -> SlackMessage:
    raise unstored.refusal(payload, why)
