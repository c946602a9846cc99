"""The check whether somebody has turned off the alerts of one number."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.alerts import routing
from pbx.doctor.findings import Check, Finding
from pbx.doctor.one_number import OneNumber


def alerts(subject: OneNumber) -> Iterator[Finding]:
    """Find the kinds of alerts that `/ext alerts off` sends nowhere for this number or a range with it."""
    with subject.services.database.session() as session:
        routes = routing.all_routes(session)
    of_it = [route for route in routes if route.numbers]
    for topic in routing.TOPICS:
        covered = any(routing.covers(route, topic, subject.number) for route in of_it)
        if covered and not routing.channel_for(routes, topic, [subject.number], ""):
            yield Finding(
                "",
                f"alerts about {topic} of {subject.number} are turned off",
                "whatever happens, no channel hears of it",
                f"if that is not meant: /ext alerts here {topic} {subject.number}, typed in the channel that is to hear of it",
            )


CHECK = Check("number-alerts", "no alerts about the number are turned off", alerts, needs=("number",))
