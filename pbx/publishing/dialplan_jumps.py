"""Pure: in which contexts, and with what numbers, a step of the dialplan may have a call go on.

What programs decide (AGI, ARI, Lua, realtime) is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pbx.config.exten_patterns import ANY_NUMBER, Pattern, pattern

Step = Mapping[str, str]  # an event of ShowDialPlan
Target = tuple[str, Pattern]  # a context, and the numbers

SOME_CONTEXT = "${…}"  # that a variable names
TAKES_DIGITS = {"background", "disa", "waitexten"}  # of the caller, who goes on to that number
CALLS = {"dial", "queue"}  # the option T lets the caller transfer the call
JUMPS = {"goto", "gotoif", "gotoiftime", "gosub", "gosubif"}
SETS = {"set", "mset"}
# What these are given names no context, or leads to what the administrator has in it for a key or a name.
TALKS = {"directory", "log", "noop", "playback", "queue", "verbose", "voicemail", "voicemailmain"}

INNERMOST = re.compile(r"\$\{[^${}]*\}|\$\[[^$\[\]]*\]")
VARIABLES = 0xE000  # from here on a character stands for a variable
EXTEN = re.compile(r"\$\{EXTEN(?::(-?\d+)(?::(\d+))?)?\}")
SEPARATORS = re.compile(r"[?:&()|]")
LOCAL = re.compile(r"Local/([^@]*)@([^/,&)^]+)", re.IGNORECASE)
IN_PARENTHESES = re.compile(r"\([^()]*\)")
ASSIGNMENT = re.compile(r"\w+=(.*)")
NAME = re.compile(r"[\w.+-]+$")


def targets(step: Step, context: str, dialled: Pattern) -> Iterator[Target]:
    """Yield where a call that dialled one of these numbers in the context may go on; a context that there is not, too."""
    yield from _Arguments(step, context, dialled).targets()


class _Arguments:
    """What an application is given, with a character for each variable."""

    def __init__(self, step: Step, context: str, dialled: Pattern) -> None:
        self._application = step.get("Application", "").lower()
        self._context = context
        self._dialled = dialled
        self._variables: list[str] = []
        self._text = self._plain(step.get("AppData", ""))

    def _plain(self, data: str) -> str:
        """Replace variables from the innermost one on."""

        def keep(match: re.Match[str]) -> str:
            self._variables.append(match[0])
            return chr(VARIABLES + len(self._variables) - 1)

        while (shorter := INNERMOST.sub(keep, data)) != data:
            data = shorter
        return data

    def targets(self) -> Iterator[Target]:
        if self._takes_digits():
            yield self._context, ANY_NUMBER
        if self._application in TALKS:
            return
        if self._application == "macro":
            yield f"macro-{self._text.partition(',')[0]}", pattern("s")
        for number, context in LOCAL.findall(self._text):
            yield self._named(context), self._numbers(number)
        # What a subroutine is given is no place to go.
        text = IN_PARENTHESES.sub("", self._text) if self._application in JUMPS else self._text
        for segment in SEPARATORS.split(text):
            yield from self._jumps([word.strip() for word in re.split(r"[,^]", segment)])
        yield from ((word, ANY_NUMBER) for word in self._mentioned() if NAME.match(word))

    def _takes_digits(self) -> bool:
        options = IN_PARENTHESES.sub("", self._text).split(",")[1:]
        is_transfer = self._application in CALLS and any("T" in option for option in options)
        return is_transfer or self._application in TAKES_DIGITS

    def _jumps(self, words: Sequence[str]) -> Iterator[Target]:
        """Yield what `context,exten,priority` and, of the same context, `exten,priority` name."""
        is_jump = self._application in JUMPS
        for context, number, _ in zip(words, words[1:], words[2:], strict=False):
            if number and (NAME.match(context) or is_jump):
                yield self._named(context), self._numbers(number)
        if is_jump and len(words) == 2:
            yield self._context, self._numbers(words[0])

    def _mentioned(self) -> Sequence[str]:
        """Return words that may be a context for what the caller dials, or for another step."""
        if self._application in TAKES_DIGITS:
            return self._text.split(",")
        assigned = ASSIGNMENT.match(self._text) if self._application in SETS else None
        return re.split("[,@]", assigned[1]) if assigned else ()

    def _named(self, context: str) -> str:
        if NAME.match(context):
            return context
        is_same = len(context) == 1 and self._variable(context) == "${CONTEXT}"
        return self._context if is_same else SOME_CONTEXT

    def _numbers(self, word: str) -> Pattern:
        """Return the numbers that `1${EXTEN:-2}` may be."""
        positions: tuple[frozenset[str], ...] = ()
        for character in word:
            part = self._part(character)
            positions += part.positions
            if part.tail:
                return Pattern(positions, part.tail)
        return Pattern(positions)

    def _part(self, character: str) -> Pattern:
        if not (variable := self._variable(character)):
            return Pattern((frozenset(character),))
        if cut := EXTEN.fullmatch(variable):
            return self._dialled.sliced(int(cut[1] or 0), int(cut[2]) if cut[2] else None)
        return ANY_NUMBER

    def _variable(self, character: str) -> str | None:
        index = ord(character) - VARIABLES
        return self._variables[index] if 0 <= index < len(self._variables) else None
