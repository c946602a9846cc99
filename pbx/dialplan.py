"""Pure: extensions → the text of the extensions.conf block, and the same as AMI actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.fields import DEFAULT_CONTEXT
from pbx import voicemail
from pbx.ami_messages import Message

# The patterns have a context of their own, which DEFAULT_CONTEXT includes last: a pattern in a context itself outranks
# everything in what that context includes, emergency numbers and trunks among them.
RANGE_CONTEXT = "switchhook-range"
RING_SECONDS = 30
REGISTRAR = "pbx_config"  # of what comes from extensions.conf or AMI
HEADER = re.compile(r"\s*\[([^\]]+)\]")
STEP = re.compile(r"\s*(?:exten\s*=>?\s*([^,;]+)|same\s*=>?)")


@dataclass(frozen=True)
class Exten:
    """One extension of the dialplan: its steps in order of priority, and its hint; or that alone, beside other steps."""

    context: str
    exten: str
    steps: tuple[tuple[str, str], ...]  # (application, data)
    hint: str = ""

    def text(self) -> str:
        """Return its lines, without the context's header."""
        lines = [
            f"{' same => n' if place else f'exten => {self.exten},1'},{application}({data})"
            for place, (application, data) in enumerate(self.steps)
        ]
        if self.hint:
            lines.append(f"exten => {self.exten},hint,{self.hint}")
        return "\n".join(lines) + "\n"

    def add_actions(self) -> Iterator[dict[str, str]]:
        """Yield what adds it to the running dialplan."""
        for priority, application, data in self._priorities():
            yield {
                "Action": "DialplanExtensionAdd",
                "Context": self.context,
                "Extension": self.exten,
                "Priority": priority,
                "Application": application,
                "ApplicationData": data,
                "Replace": "yes",
            }

    def _priorities(self) -> Iterator[tuple[str, str, str]]:
        for priority, (application, data) in enumerate(self.steps, 1):
            yield str(priority), application, data
        if self.hint:
            yield "hint", self.hint, ""

    def is_shown(self, events: Iterable[Mapping[str, str]]) -> bool:
        """Return whether ShowDialPlan's events hold exactly this. (It lists matching patterns, too.)

        A hint alone has the administrator's steps beside it.
        """
        shown, wanted = self._shown(events), set(self._priorities())
        return shown == wanted if self.steps else shown >= wanted

    def is_absent(self, events: Iterable[Mapping[str, str]]) -> bool:
        return not self._shown(events)

    def own_priorities(self, events: Iterable[Mapping[str, str]]) -> set[str]:
        """Return the priorities at which ShowDialPlan's events have exactly what Switchhook adds there."""
        ours = [event for event in events if event.get("Registrar") == REGISTRAR]
        return {step[0] for step in self._shown(ours) & set(self._priorities())}

    def _shown(self, events: Iterable[Mapping[str, str]]) -> set[tuple[str, str, str]]:
        """Leave out what included contexts have by the same name, which ShowDialPlan lists, too."""
        return {
            (event.get("Priority", ""), event.get("Application", ""), event.get("AppData", ""))
            for event in events
            if (event.get("Context"), event.get("Extension")) == (self.context, self.exten)
        }


def exten(number: str, context: str, mailbox: str = "") -> Exten:
    """Return what calls to an extension do. `mailbox`: where messages are left, as `mailbox@context`; empty: nowhere."""
    called = ("NoOp", f"Call to extension {number}")
    ring, end = ("Dial", f"PJSIP/{number},{RING_SECONDS}"), ("Hangup", "")
    steps: tuple[tuple[str, str], ...] = (called, ring, end)
    if mailbox:
        steps = (
            called,
            _listens(number),
            ring,
            _leaves(mailbox),
            end,
            ("VoiceMailMain", f"{mailbox},s"),
            end,
        )
    return Exten(context, number, steps, hint=f"PJSIP/{number}")


def _listens(number: str) -> tuple[str, str]:
    """Have who calls from a phone of the extension itself go to the messages.

    Channel names are looked at whole: an endpoint may be named `101-x`, and Local channels have no endpoint.
    """
    return "GotoIf", f'$[${{REGEX("^PJSIP/{number}-[0-9a-f]+$" ${{CHANNEL(name)}})}}]?6'


def _leaves(mailbox: str) -> tuple[str, str]:
    """Greet as busy or, whatever else kept the phone from answering, as unavailable."""
    return "VoiceMail", f'{mailbox},${{IF($["${{DIALSTATUS}}" = "BUSY"]?b:u)}}'


def mailbox_in(text: str) -> str:
    """Return the mailbox of lines or steps that exten() makes; empty: they have none."""
    match = voicemail.ADDRESS.search(text)
    return match[0] if match else ""


def hint_alone(number: str, context: str) -> Exten:
    return Exten(context, number, (), hint=f"PJSIP/{number}")


def is_ours(event: Mapping[str, str]) -> bool:
    """Return whether a step that ShowDialPlan lists is as Switchhook adds it."""
    number, context = event.get("Extension", ""), event.get("Context", "")
    mailbox = mailbox_in(event.get("AppData", "")) or f"{number}@{voicemail.CONTEXT}"
    extens = exten(number, context), exten(number, context, mailbox)
    return any(each.own_priorities([event]) for each in extens)


def range_extens(first: int, last: int) -> list[Exten]:
    """Return patterns for every number of the range, `_1XX` for 100-199."""
    steps = (
        ("NoOp", "Extension to extension call: ${EXTEN}"),
        ("Dial", f"PJSIP/${{EXTEN}},{RING_SECONDS}"),
        ("Hangup", ""),
    )
    return [Exten(RANGE_CONTEXT, pattern, steps) for pattern in patterns(first, last)]


def range_action(first: int) -> dict[str, str]:
    """Ask what answers the first number of the range, in all that DEFAULT_CONTEXT includes."""
    return show_action(DEFAULT_CONTEXT, str(first))


def is_range_included(events: Iterable[Mapping[str, str]]) -> bool:
    """Return whether the answer to range_action() shows that the patterns are reached."""
    return any(event.get("Context") == RANGE_CONTEXT for event in events)


def patterns(first: int, last: int) -> list[str]:
    """Return the fewest patterns that match the numbers first..last (as many digits each) and no others."""
    found = []
    while first <= last:
        size = 1
        while first % (size * 10) == 0 and first + size * 10 - 1 <= last:
            size *= 10
        decade_ends = first // (size * 10) * size * 10 + size * 10 - 1
        count = (min(last, decade_ends) - first + 1) // size
        found.append(_pattern(first, count, size))
        first += count * size
    return found


def _pattern(first: int, count: int, size: int) -> str:
    """Return `_12[3-5]X` for 3 blocks of 10 numbers from 1230."""
    blocks = str(first // size)
    low, high = int(blocks[-1]), int(blocks[-1]) + count - 1
    digit = str(low) if low == high else "X" if (low, high) == (0, 9) else f"[{low}-{high}]"
    return "_" + blocks[:-1] + digit + "X" * (len(str(size)) - 1)


def render(extens: Iterable[Exten], pattern_extens: Iterable[Exten]) -> str:
    """Return the text of the whole block, a header for each context; patterns come last."""
    contexts: dict[str, list[str]] = {}
    for each in extens:
        contexts.setdefault(each.context, []).append(f"; Extension {each.exten}\n{each.text()}")
    if patterns_text := "".join(pattern.text() for pattern in pattern_extens):
        include = f"; Every number of the range, after all else that can be dialled here\ninclude => {RANGE_CONTEXT}\n"
        contexts.setdefault(DEFAULT_CONTEXT, []).append(include)
        contexts[RANGE_CONTEXT] = [patterns_text]
    return "\n".join(f"[{context}]\n" + "\n".join(texts) for context, texts in contexts.items())


def entries(text: str) -> Mapping[tuple[str, str], str]:
    """Return (context, exten) → its lines, of the text of a block."""
    found: dict[tuple[str, str], str] = {}
    context = exten_name = ""
    for line in text.split("\n"):
        if header := HEADER.match(line):
            context, exten_name = header[1], ""
        elif step := STEP.match(line):
            exten_name = (step[1] or exten_name).strip()
            found[context, exten_name] = found.get((context, exten_name), "") + line + "\n"
    return found


def show_action(context: str, exten_name: str) -> dict[str, str]:
    return {"Action": "ShowDialPlan", "Context": context, "Extension": exten_name}


def remove_action(context: str, exten_name: str) -> dict[str, str]:
    return {"Action": "DialplanExtensionRemove", "Context": context, "Extension": exten_name}


def answering_steps(shown: Iterable[Message]) -> list[Message]:
    """Return the steps that answer, of those that ShowDialPlan lists: in the order in which Asterisk searches."""
    steps = [step for step in shown if step.get("Priority", "hint") != "hint"]
    return [step for step in steps if place(step) == place(steps[0])]


def place(step: Message) -> tuple[str, str]:
    """Return its context and its exten."""
    return step.get("Context", ""), step.get("Extension", "")
