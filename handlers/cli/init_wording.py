"""Pure: what `flask init` shows: what it found, each change, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable

from installation import changes, findings, manager
from installation.facts import Answers, Machine
from installation.next_steps import Step
from installation.plan import Plan


def shown(machine: Machine, plan: Plan, answers: Answers) -> str:
    """Return what is worth knowing, and every change."""
    parts = [
        "",
        *(f"Note: {note}" for note in findings.notes(machine, answers.extension_range, answers.host)),
    ]
    parts += [
        "\n".join(
            [
                f"{file.path} is not as this release has it (edited, or an older one's), and is kept; --replace would change it:",
                *changes.diff(file),
            ]
        )
        for file in plan.kept
    ]
    if not plan.changes:
        return "\n\n".join([*parts, "Everything is there already: nothing is changed."])
    numbered = [f"{at}. {changes.shown(change)}" for at, change in enumerate(plan.changes, 1)]
    return "\n\n".join([*parts, "To be changed, with secrets hidden:", *numbered])


def found(machine: Machine) -> str:
    """Return what is there, in a sentence."""
    asterisk = machine.asterisk
    version = f" {asterisk.version}" if asterisk.version else ""
    ami = f"on port {manager.port(asterisk.manager)}" if manager.is_enabled(asterisk.manager) else "off"
    transports = ", ".join(findings.transports(machine)) or "none yet"
    return (
        f"Found Asterisk{version}{' (running)' if asterisk.running else ''}: files in {asterisk.config_dir}, user {asterisk.user}, "
        f"group {asterisk.group}; AMI is {ami}; transports: {transports}."
    )


def counted(plan: Plan) -> str:
    return "this change" if len(plan.changes) == 1 else f"these {len(plan.changes)} changes"


def left(steps: Iterable[Step]) -> str:
    """Return the numbered steps with their commands."""
    lines = ["", "Left to do, as root:"]
    for at, step in enumerate(steps, 1):
        lines += [f"{at}. {step.why}:", *(f"     {command}" for command in step.commands)]
    return "\n".join([*lines, "", "Then type in Slack: /ext create 101 Alice"])
