"""Pure: the administrator's dialplan as Asterisk searches it, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pbx.config.exten_patterns import Pattern, pattern
from pbx.config.parser import BLOCK, Section

GLOBAL = re.compile(r"\$\{([^${}]+)\}")


@dataclass(frozen=True)
class DialplanMatch:
    """A line by which the administrator's dialplan answers a number."""

    exten: str
    place: str  # `file:line`


@dataclass(frozen=True)
class DialplanLine:
    """One step or hint of an exten, as written."""

    priority: str  # `1`, `n(label)`, `hint`
    application: str  # `Dial(PJSIP/101,30)`
    path: Path
    line: int


class AdminDialplan:
    """Everything that extensions.conf says outside Switchhook's block."""

    def __init__(self, sections: Iterable[Section]) -> None:
        sections = list(sections)
        self._globals = dict(_options_of(sections, "globals"))
        self._extens: dict[str, dict[str, list[str]]] = {}
        self._patterns_of: dict[
            str, list[str]
        ] = {}  # context → its patterns, which may be few among thousands of extens
        self._lines: dict[tuple[str, str], list[DialplanLine]] = {}  # by (context, exten)
        self._contexts: dict[str, str] = {}  # name → where it first stands
        # context → each (included context, `file:line`)
        self._includes: dict[str, list[tuple[str, str]]] = {}
        self._contexts_of: dict[tuple[Path, int], str] = {}  # (file, line) → the first context that has it
        self.shared: set[tuple[Path, int]] = set()  # lines of several contexts, by a template
        for section in sections:
            if not section.is_template:
                self._read(section)
        self._late = _late_includes(sections)
        self._patterns: dict[str, Pattern] = {}

    def _read(self, section: Section) -> None:
        extens, exten = self._extens.setdefault(section.name, {}), ""
        self._contexts.setdefault(section.name, f"{section.path}:{section.line}")
        for name, value, path, line in section.options:
            if self._contexts_of.setdefault((path, line), section.name) != section.name:
                self.shared.add((path, line))
            if name.lower() == "exten":
                exten = self._expanded(value.split(",")[0].split("/")[0].strip())
                if exten.startswith("_") and exten not in extens:
                    self._patterns_of.setdefault(section.name, []).append(exten)
                places = extens.setdefault(exten, [])
                places += [place] if (place := f"{path}:{line}") not in places else []
                step = DialplanLine(*_step(value.partition(",")[2]), path, line)
                self._lines.setdefault((section.name, exten), []).append(step)
            elif name.lower() == "same" and exten:
                self._lines[section.name, exten].append(DialplanLine(*_step(value), path, line))
            elif name.lower() == "include":
                included = _included(value), f"{path}:{line}"
                self._includes.setdefault(section.name, []).append(included)

    def _expanded(self, exten: str) -> str:
        """Replace global variables, as Asterisk does in the names of extens."""
        exten = GLOBAL.sub(lambda match: self._globals.get(match[1], ""), exten)
        return exten if exten.startswith("_") else exten.replace("-", "")

    def has_context(self, name: str) -> bool:
        return name in self._contexts

    def place_of(self, context: str) -> str | None:
        """Return where the context first stands, as `file:line`."""
        return self._contexts.get(context)

    def has_content(self, context: str) -> bool:
        return bool(self._extens.get(context) or self._includes.get(context))

    def places(self, exten: str, context: str) -> list[str]:
        """Return where the context itself, without its includes, has this exten or pattern, as `file:line`."""
        return self._extens.get(context, {}).get(exten, [])

    def lines(self, exten: str, context: str) -> list[DialplanLine]:
        """Return the steps and hints that the context itself has for this exten."""
        return self._lines.get((context, exten), [])

    def priorities(self, exten: str, context: str) -> set[str]:
        """Return the priorities at which the context itself has this exten: `1`, `2`, `hint`."""
        found, last = set(), 0
        for step in self.lines(exten, context):
            written = step.priority.split("(")[0].strip()
            if written != "hint":
                last = int(written) if written.isdecimal() else last + 1
            found.add("hint" if written == "hint" else str(last))
        return found

    def exact(self, number: str, context: str) -> list[DialplanMatch]:
        """Return what answers this very number in the context, or in one that it includes."""
        return [
            DialplanMatch(number, place)
            for name in self.searched(context)
            for place in self.places(number, name)
        ]

    def answer(self, number: str, context: str) -> DialplanMatch | None:
        """Return what answers a number that is dialled in the context, by its very name or by a pattern."""
        asked = pattern(number)
        for name in self.searched(context):
            extens = self._extens.get(name, {})
            for exten in (number, *self._patterns_of.get(name, [])):
                if exten in extens and self._pattern(exten).covers(asked):
                    return DialplanMatch(exten, extens[exten][0])
        return None

    def reserving(self, number: str, context: str, numbers: Iterable[str]) -> list[DialplanMatch]:
        """Return patterns that answer this number, but not all of `numbers` (patterns, too): they are for a part alone.

        One that answers all of them, such as `_X.`, is for whatever nothing else answers.
        """
        asked, whole = pattern(number), [pattern(each) for each in numbers]
        return [
            DialplanMatch(exten, place)
            for name in self.searched(context)
            for exten, places in self._extens.get(name, {}).items()
            if exten.startswith("_") and (found := self._pattern(exten)).covers(asked)
            for place in places[:1]
            if not all(found.covers(each) for each in whole)
        ]

    def answering_besides(self, number: str, context: str) -> tuple[str, list[str]]:
        """Return which extens answer the number when the context's own exten of it does not, and their context.

        The first context searched that has any counts; an exten that has a hint alone answers nothing.
        """
        asked = pattern(number)
        for name in self.searched(context):
            if name != context and self._has_steps(number, name):
                return name, [number]
            patterns = self._patterns_of.get(name, [])
            if found := [exten for exten in patterns if self._pattern(exten).covers(asked)]:
                return name, found
        return "", []

    def _has_steps(self, exten: str, context: str) -> bool:
        return any(step.priority != "hint" for step in self.lines(exten, context))

    def has_hint(self, number: str, contexts: Iterable[str]) -> bool:
        """Return whether one of these contexts has a hint of the number's, by its name or by a pattern."""
        asked = pattern(number)
        return any(
            step.priority == "hint"
            for name in contexts
            for exten in (number, *self._patterns_of.get(name, []))
            if exten == number or self._pattern(exten).covers(asked)
            for step in self.lines(exten, name)
        )

    def late_include(self, context: str) -> str | None:
        """Return where the context includes another one below Switchhook's block, as `file:line`."""
        return self._late.get(context)

    def includes_of(self, context: str) -> list[str]:
        """Return where the context is included, as `file:line`."""
        return [place for pairs in self._includes.values() for name, place in pairs if name == context]

    def reaches(self, context: str, other: str) -> bool:
        """Return whether who dials in the context also gets what the other has."""
        return other in self.searched(context)

    def searched_after(self, context: str) -> tuple[str, str, str] | None:
        """Return a context that includes this one before another: both names, and where the other is included.

        What would be last in this context is not the last there.
        """
        own = self.searched(context)
        for name in self._includes.keys() - {context}:
            searched = self.searched(name)
            later = searched[searched.index(context) + 1 :] if context in searched else []
            for other, place in self._includes[name]:
                if other in later and other not in own and self._has_extens(other):
                    return name, other, place
        return None

    def _has_extens(self, context: str) -> bool:
        return any(self._extens.get(name) for name in self.searched(context))

    def _pattern(self, exten: str) -> Pattern:
        if exten not in self._patterns:
            self._patterns[exten] = pattern(exten)
        return self._patterns[exten]

    def searched(self, context: str) -> list[str]:
        """Return the context and those that it includes, each once, in the order in which Asterisk searches them."""
        found: list[str] = []
        waiting = [context]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting = [included for included, _ in self._includes.get(name, [])] + waiting
        return found


def _step(value: str) -> tuple[str, str]:
    """Return priority and application of `n(label),Dial(…)`."""
    priority, _, application = value.partition(",")
    return priority.strip().lower(), application.strip()


def _options_of(sections: Iterable[Section], name: str) -> Iterator[tuple[str, str]]:
    for section in sections:
        if section.name == name:
            yield from ((option, value) for option, value, _, _ in section.options)


def _included(value: str) -> str:
    """Return the context of `outbound,9:00-17:00,mon-fri,*,*`."""
    return re.split(r"[,|]", value)[0].strip()


def _late_includes(sections: list[Section]) -> dict[str, str]:
    """Return context → its first include that Asterisk reads after Switchhook's block.

    `[x](+)` adds to the earlier `[x]`, whose place counts.
    """
    names = [section.name for section in sections]
    block = names.index(BLOCK) if BLOCK in names else len(names)
    earlier = {id(section.options) for section in sections[:block]}
    late: dict[str, str] = {}
    for section in sections[block + 1 :]:
        for name, _, path, line in section.options:
            if name.lower() == "include" and id(section.options) not in earlier:
                late.setdefault(section.name, f"{path}:{line}")
    return late
