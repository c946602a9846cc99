"""Calls become messages: one for each channel, edited as the call goes on, and one for whoever missed it."""

from __future__ import annotations

from handlers.alerts import routing
from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.alerts.context import Rule
from handlers.calls import following
from handlers.number_history import names_at
from models import direct_alerts_off, outbox
from models.event import Event, EventKind
from pbx import history

VOICEMAIL = "voicemail"
MISSED = ("no answer", "busy", "unavailable", "cancelled", VOICEMAIL)
# Begins the subject of a missed call that is held back until it shows whether a recording tells of it.
HELD_BACK = "missed-at-voicemail:"


class Calls(Rule):
    """The calls of one transaction's events."""

    def apply(self, event: Event) -> None:
        """Post to each channel that a phone of the call rings for; all of them follow the call to its end.

        Calls of a time when nobody listened are told together, by gaps.py, and so are those that somebody missed.
        """
        session, subject = self.context.session, f"call:{event.linkedid}"
        following.follow(session, event)
        if following.is_own_phone(event):
            return
        channel = self.context.channel(routing.CALLS, event.number, event.peer)
        known = outbox.find_open(session, subject)
        here = [row for row in known if row.channel == channel]
        for row in here if event.kind is EventKind.RINGING else known:
            call = CallMessage.model_validate(row.content).after(event, self._names(event))
            outbox.edit(session, row, call.as_json())
        if channel and event.gap is None and not here and (event.kind is EventKind.RINGING or not known):
            call = CallMessage.begin(event, self.context.names)
            known.append(outbox.enqueue(session, channel, subject, call.as_json()))
        if event.kind is EventKind.ENDED:
            for row in known:
                outbox.close(session, row)
            if event.reason in MISSED and event.gap is None:
                self._report_missed(event)

    def _names(self, event: Event) -> dict[str, str]:
        """Return the names of the parties; of a time when nobody listened, those of then."""
        if event.gap is None:
            return self.context.names
        return names_at(self.context.session, (event.number, event.peer), event.at)

    def _report_missed(self, event: Event) -> None:
        """Notify everybody whose phone rang, or should have, unless they want no such messages."""
        session = self.context.session
        rung = history.of_call(session, event.linkedid, EventKind.RINGING)
        rang = [each for each in rung if not following.is_own_phone(each)]
        name = self._names(event).get(event.peer) or next((row.peer_name for row in rang), "")
        missed = MissedCall.of(event, name).as_json()
        held_back = event.reason == VOICEMAIL
        subject = f"{HELD_BACK if held_back else 'missed:'}{event.linkedid}"
        theirs = routing.slack_users(session, {event.number, *(row.number for row in rang)})
        for user_id in direct_alerts_off.recipients(session, theirs):
            outbox.enqueue(session, user_id, subject, missed, open=held_back, due=not held_back)
