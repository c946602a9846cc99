"""Pure: which of the administrator's steps do just what Switchhook's own would do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pbx.config.admin_dialplan import AdminDialplan, DialplanLine
from pbx.dialplan import RING_SECONDS

NO_OP = re.compile(r"NoOp(\(.*\))?", re.IGNORECASE)
HANGUP = re.compile(r"Hangup(\(\))?", re.IGNORECASE)


def own_lines(dialplan: AdminDialplan, number: str, context: str) -> list[DialplanLine]:
    """Return the lines of this very exten that Switchhook's own may take the place of."""
    lines = dialplan.lines(number, context)
    is_shared = any((line.path, line.line) in dialplan.shared for line in lines)
    is_ours = _are_as_ours(lines, number) and not others(dialplan, number, context)
    return lines if is_ours and not is_shared else []


def others(dialplan: AdminDialplan, number: str, context: str) -> list[str]:
    """Return where the dialplan answers this number in another way, as `file:line`; the context's own exten aside."""
    name, extens = dialplan.answering_besides(number, context)
    return [
        dialplan.places(exten, name)[0]
        for exten in extens
        if not _are_as_ours(dialplan.lines(exten, name), number)
    ]


def plays(dialplan: AdminDialplan, number: str, context: str, mailbox: str) -> bool:
    """Return whether the steps that answer this number have VoiceMailMain() of the mailbox, `mailbox@context`."""
    name, extens = dialplan.answering_besides(number, context)
    steps = [
        *dialplan.lines(number, context),
        *(step for each in extens for step in dialplan.lines(each, name)),
    ]
    main = re.compile(rf"VoiceMailMain\({re.escape(mailbox)}[,)]", re.IGNORECASE)
    return any(main.match(step.application) for step in steps)


def _are_as_ours(lines: Sequence[DialplanLine], number: str) -> bool:
    """Return whether a call to the number does the same by these lines of one exten, and its hint says the same."""
    hints = [line.application for line in lines if line.priority == "hint"]
    steps = [line for line in lines if line.priority != "hint"]
    applications = [line.application for line in steps]
    return (
        all(hint in (f"PJSIP/{number}", "PJSIP/${EXTEN}") for hint in hints)
        and _are_in_order(steps)
        and (not steps or _do_as_ours(applications, number))
    )


def _are_in_order(steps: Sequence[DialplanLine]) -> bool:
    """Return whether they are 1, 2, 3 … or 1, n, n …, without labels that something else may go to."""
    return all(
        line.priority == str(place) or (line.priority == "n" and place > 1)
        for place, line in enumerate(steps, 1)
    )


def _do_as_ours(applications: Sequence[str], number: str) -> bool:
    dial = re.compile(rf"Dial\(PJSIP/({number}|\$\{{EXTEN\}}),{RING_SECONDS}\)", re.IGNORECASE)
    wanted = (NO_OP, dial, HANGUP) if len(applications) == 3 else (dial, HANGUP)
    return len(applications) == len(wanted) and all(
        pattern.fullmatch(application) for pattern, application in zip(wanted, applications, strict=True)
    )
