"""What is wrong for longer is reported once, whichever process sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.alerts import incidents
from handlers.alerts.incident_states import Observation
from pbx.services import Services
from tests.factories import free_lease, holder_of, outbox_texts
from tests.handlers.alerts.alerting import route
from tests.server import ADMIN_ID

AWAY = Observation("asterisk", timedelta(seconds=15), {"": "Asterisk closed the connection"})
BACK = replace(AWAY, details=None)
AT_ONCE = replace(AWAY, grace=timedelta())


def test_an_incident_is_sent_to_the_channel_of_all_alerts_and_the_admins(quiet: Services) -> None:
    holder = holder_of(quiet)
    incidents.report(quiet, holder, [AT_ONCE])
    incidents.report(quiet, holder, [AT_ONCE])
    assert [channel for channel, _ in outbox_texts(quiet)] == ["C0PHONES", ADMIN_ID]
    assert outbox_texts(quiet)[0][1].startswith("⚠️ Asterisk does not answer Switchhook, since ")
    route(quiet, "", "", "C0OFFICE")
    incidents.report(quiet, holder, [BACK])
    assert [channel for channel, _ in outbox_texts(quiet)[2:]] == ["C0OFFICE", ADMIN_ID]
    assert outbox_texts(quiet)[2][1] == "✅ Asterisk answers again, after 0 s"


def test_another_listener_does_not_report_it_again_but_that_it_is_resolved(quiet: Services) -> None:
    incidents.report(quiet, holder_of(quiet), [AT_ONCE])
    free_lease(quiet)
    other = holder_of(quiet)
    incidents.report(quiet, other, [AT_ONCE])
    assert len(outbox_texts(quiet)) == 2
    incidents.report(quiet, other, [BACK])
    assert len(outbox_texts(quiet)) == 4
