"""Calls become messages: one for each channel, edited as the call goes on, and one for whoever missed it."""

from __future__ import annotations

from handlers.alerts import routing
from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.alerts.context import Rule
from models import outbox
from models.event import Event, EventKind
from pbx import history

VOICEMAIL = "voicemail"
MISSED = ("no answer", "busy", "unavailable", "cancelled", VOICEMAIL)
# Begins the subject of a missed call that is held back until it shows whether a recording tells of it.
HELD_BACK = "missed-at-voicemail:"


class Calls(Rule):
    """The calls of one transaction's events."""

    def apply(self, event: Event) -> None:
        """Post to each channel that a phone of the call rings for; all of them follow the call to its end."""
        session, subject = self.context.session, f"call:{event.linkedid}"
        channel = self.context.channel(routing.CALLS, event.number, event.peer)
        known = outbox.find_open(session, subject)
        here = [row for row in known if row.channel == channel]
        for row in here if event.kind is EventKind.RINGING else known:
            outbox.edit(session, row, CallMessage.model_validate(row.content).after(event).as_json())
        if channel and not here and (event.kind is EventKind.RINGING or not known):
            known.append(outbox.enqueue(session, channel, subject, CallMessage.begin(event).as_json()))
        if event.kind is EventKind.ENDED:
            for row in known:
                outbox.close(session, row)
            if event.reason in MISSED:
                self._report_missed(event)

    def _report_missed(self, event: Event) -> None:
        """Notify everybody whose phone rang, or should have."""
        session = self.context.session
        rang = history.of_call(session, event.linkedid, EventKind.RINGING)
        missed = MissedCall.of(event, next((row.peer_name for row in rang), "")).as_json()
        held_back = event.reason == VOICEMAIL
        subject = f"{HELD_BACK if held_back else 'missed:'}{event.linkedid}"
        for user_id in routing.slack_users(session, {event.number, *(row.number for row in rang)}):
            outbox.enqueue(session, user_id, subject, missed, open=held_back, due=not held_back)
