"""Who calls a number gets what: asked of the running dialplan, in each context that phones of Switchhook call from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.fields import DEFAULT_CONTEXT
from pbx import dialplan
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.doctor.findings import Finding
from pbx.doctor.one_number import OneNumber
from pbx.publishing import planning

# Where these lead is not looked into: they may ring the phone in the end.
JUMPS = {"goto", "gotoif", "gotoiftime", "gosub", "gosubif", "macro", "execif", "queue", "agi", "stasis"}


def answers(subject: OneNumber) -> Iterator[Finding]:
    """Find contexts in which something else answers the number than a step that rings its phones."""
    rows, own = planning.rows_of(subject.services), subject.row.context
    others = {row.context for row in rows if row.enabled} | {DEFAULT_CONTEXT}
    with connected(subject.services.settings) as asterisk:
        for context in [own, *sorted(others - {own})]:
            shown = asterisk.ask_all([dialplan.show_action(context, subject.number)])[0][1:]
            steps = dialplan.answering_steps(shown)
            if steps and not any(_may_ring(step, subject.number) for step in steps):
                yield _finding(subject, context, steps)


def _may_ring(step: Message, number: str) -> bool:
    """Return whether a step rings the number's phones, as far as can be seen: a variable may hold anything."""
    data = step.get("AppData", "")
    return f"/{number}" in data or "${" in data or step.get("Application", "").lower() in JUMPS


def _finding(subject: OneNumber, context: str, steps: Sequence[Message]) -> Finding:
    answering, exten = dialplan.place(steps[0])
    on_disk = reader.read(subject.services.settings)
    where = on_disk.admin.dialplan.places(exten, answering)[:1] or [f"[{answering}] of your dialplan"]
    does = steps[0].get("Application", "")  # without its data, which may be the digits of Authenticate()
    return Finding(
        "",
        f"who calls {subject.number} from {context} gets {exten} of {answering}, which begins with {does}",
        f"its phones do not ring: what stands there outranks Switchhook's steps for {subject.number}",
        f'if that is not meant, change it at {where[0]}: asterisk -rx "dialplan reload" makes it count, and then '
        f"/ext verify {subject.number}",
    )
