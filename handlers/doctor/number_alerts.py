"""The check whether somebody has turned off the alerts of one number."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.alerts import routing
from pbx.doctor.findings import Check, Finding
from pbx.doctor.one_number import OneNumber


def alerts(patient: OneNumber) -> Iterator[Finding]:
    """Find the kinds of alerts that `/ext alerts off` sends nowhere for this number or a range with it."""
    with patient.services.database.session() as session:
        routes = routing.all_routes(session)
    of_it = [route for route in routes if route.numbers]
    for topic in routing.TOPICS:
        covered = any(routing.covers(route, topic, patient.number) for route in of_it)
        if covered and not routing.channel_for(routes, topic, [patient.number], ""):
            yield Finding(
                "",
                f"alerts about {topic} of {patient.number} are turned off",
                "whatever happens, no channel hears of it",
                f"if that is not meant: /ext alerts here {topic} {patient.number}, typed in the channel that is to hear of it",
            )


CHECK = Check("number-alerts", "alerts about the number go to a channel", alerts, needs=("number",))
