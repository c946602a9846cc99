"""Calls from outside in a dialplan that is written down here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pbx.config.exten_patterns import Pattern, pattern
from pbx.publishing import toll_fraud
from pbx.publishing.dialplan_jumps import Step
from pbx.publishing.stranger_calls import Outsiders, reached
from tests.pbx.config.texts import admin_config

TRUNK = Outsiders("from-trunk", ("trunk",))
STEP = re.compile(r"(?:exten => (.*?),1,|same => n,)(\w+)\((.*)\)$")


def steps_of(text: str) -> dict[str, list[Step]]:
    """As ShowDialPlan lists them."""
    found: dict[str, list[Step]] = {}
    context = exten = ""
    for line in text.strip().splitlines():
        if line.startswith("["):
            context = line.strip("[]")
        elif line.startswith("include => "):
            step = {"Context": context, "IncludeContext": line.removeprefix("include => ")}
            found.setdefault(context, []).append(step)
        elif step_parts := STEP.match(line):
            exten, application, data = step_parts[1] or exten, step_parts[2], step_parts[3]
            found.setdefault(context, []).append(
                {"Context": context, "Extension": exten, "Application": application, "AppData": data}
            )
    return found


def refusals(text: str, *outsiders: Outsiders, in_file: str = "") -> list[str]:
    """What is said of [from-internal] with this dialplan running."""
    running = steps_of(text)

    def look(context: str, numbers: Pattern) -> Sequence[Step]:
        steps = running.get(context, [])
        return [s for s in steps if "IncludeContext" in s or pattern(s["Extension"]).common(numbers)]

    places = list(reached(outsiders or (TRUNK,), look))
    dialplan = admin_config(extensions=in_file or text).dialplan
    return list(toll_fraud.refusals("from-internal", places, dialplan))


def from_trunk(exten: str, steps: str, more: str = "") -> list[str]:
    return refusals(f"[from-trunk]\nexten => {exten},1,{steps}\n{more}")
