"""Pure: the route for calls out, as the last lines of the extensions.conf block."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pbx.dialplan import Exten

ROUTES_CONTEXT = "outbound-routes"  # the guide's name
PREFIX = "9"
PATTERN = f"_{PREFIX}X."
DIAL_SECONDS = 60
CALL, EMERGENCY_CALL = "Outbound call via trunk", "Emergency call via trunk"
HEAD = "; Calls out through OUTBOUND_TRUNK, after all else that can be dialled here"
CONTEXTS = re.compile(rf"^\[([^\]\n]+)\]\n{HEAD}$", re.MULTILINE)
TRUNK = re.compile(r"Dial\(PJSIP/\$\{EXTEN:1\}@([^,\n]+),")
EMERGENCY = re.compile(rf"^exten => ([0-9]+),1,NoOp\({EMERGENCY_CALL}\)$", re.MULTILINE)


@dataclass(frozen=True)
class OutboundRoute:
    """Who dials 9 and a number in one of the contexts reaches that number through the trunk.

    `emergency_numbers`: those that the pattern would take the first digit from; they are dialled whole.
    """

    trunk: str
    contexts: tuple[str, ...]
    emergency_numbers: tuple[str, ...] = ()

    def extens(self) -> list[Exten]:
        return [
            *(self._exten(number, EMERGENCY_CALL, "${EXTEN}") for number in self.emergency_numbers),
            self._exten(PATTERN, CALL, f"${{EXTEN:{len(PREFIX)}}}"),
        ]

    def _exten(self, name: str, what: str, number: str) -> Exten:
        dial = f"PJSIP/{number}@{self.trunk},{DIAL_SECONDS}"
        return Exten(ROUTES_CONTEXT, name, (("NoOp", what), ("Dial", dial), ("Hangup", "")))

    def text(self) -> str:
        includes = "".join(
            f"[{context}]\n{HEAD}\ninclude => {ROUTES_CONTEXT}\n\n" for context in self.contexts
        )
        return f"{includes}[{ROUTES_CONTEXT}]\n" + "".join(exten.text() for exten in self.extens())


@dataclass(frozen=True)
class CallsOut:
    """The route that is to be written; `problems`: why it is not as the settings ask, a sentence each."""

    route: OutboundRoute | None = None
    problems: tuple[str, ...] = ()
    is_running: bool = True  # False: the file has it and the running dialplan does not


NOTHING_ASKED = CallsOut()


def is_cut(number: str) -> bool:
    """Return whether the pattern matches this very number, of which the trunk would not get the first digit."""
    return number.startswith(PREFIX) and len(number) > len(PREFIX) + 1


def written(block: str) -> OutboundRoute | None:
    """Return the route that the text of a block has; None: none, or not as Switchhook writes it."""
    trunk, contexts = TRUNK.search(block), CONTEXTS.findall(block)
    if trunk is None or not contexts:
        return None
    return OutboundRoute(trunk[1], tuple(contexts), tuple(EMERGENCY.findall(block)))
