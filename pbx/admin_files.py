"""Pure: what the administrator wrote by hand, read as Asterisk reads it, with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# A file's text without Switchhook's block, or None when there is no such file; and an include's glob.
ReadText = Callable[[Path], str | None]
DEEPEST_INCLUDE = 10


@dataclass
class Section:
    """`[name](template,…)` and the options below it, those of its templates first."""

    name: str
    path: Path
    line: int
    is_template: bool = False
    options: list[tuple[str, str, Path, int]] = field(default_factory=list)  # name, value, file, line

    def get(self, option: str) -> str | None:
        """The last value, which is the one that counts."""
        values = [value for name, value, _, _ in self.options if name.lower() == option]
        return values[-1] if values else None


def sections(read_text: ReadText, root: Path) -> list[Section]:
    """Every section that Asterisk sees in the file `root` and what it includes, in order."""
    found: list[Section] = []
    for text, path, line in _lines(read_text, root, root.parent, DEEPEST_INCLUDE):
        if match := re.match(r"\[([^\]]*)\]\s*(?:\(([^)]*)\))?", text):
            _open_section(found, match[1].strip(), match[2] or "", path, line)
        elif found and (match := re.match(r"([^=]+?)\s*\+?=>?\s*(.*)", text)):
            found[-1].options.append((match[1].strip(), match[2].strip(), path, line))
    return found


def _open_section(found: list[Section], name: str, modifiers: str, path: Path, line: int) -> None:
    words = [word.strip() for word in modifiers.split(",") if word.strip()]
    section = Section(name, path, line, is_template="!" in words)
    if "+" in words and (earlier := [known for known in found if known.name == name]):
        # (+) goes on with the earlier section: its options are added there, under a shared list.
        section.options = earlier[-1].options
        section.is_template = earlier[-1].is_template
    else:
        for word in words:
            for template in [known for known in found if known.name == word][-1:]:
                section.options += template.options
    found.append(section)


def _lines(read_text: ReadText, path: Path, base: Path, depth: int) -> Iterator[tuple[str, Path, int]]:
    """Lines that mean something, comments gone, includes followed."""
    text = read_text(path)
    if text is None or not depth:
        return
    for line, number in _without_comments(text):
        if match := re.match(r"#(?:try)?include\s+[\"<]?([^\">]+)[\">]?\s*$", line):
            for included in _matches(base, match[1].strip()):
                yield from _lines(read_text, included, base, depth - 1)
        elif not line.startswith("#"):
            yield line, path, number


def _matches(base: Path, pattern: str) -> list[Path]:
    """Includes may be globs, and are relative to Asterisk's configuration folder."""
    if pattern.startswith("/"):
        return sorted(Path("/").glob(pattern[1:]))
    return sorted(base.glob(pattern))


def _without_comments(text: str) -> Iterator[tuple[str, int]]:
    depth = 0
    for number, raw in enumerate(text.splitlines(), 1):
        line, depth = _strip_comments(raw, depth)
        if line.strip():
            yield line.strip(), number


def _strip_comments(line: str, depth: int) -> tuple[str, int]:
    r"""One line without `; …` and `;-- … --;` (which nest); `\;` is a semicolon."""
    kept, at = "", 0
    while at < len(line):
        if depth and line.startswith("--;", at):
            depth, at = depth - 1, at + 3
        elif line.startswith(";--", at) and not line.startswith(";---", at) and not kept.endswith("\\"):
            depth, at = depth + 1, at + 3
        elif depth:
            at += 1
        elif line[at] == ";" and not kept.endswith("\\"):
            break
        else:
            kept = kept[:-1] + ";" if line[at] == ";" else kept + line[at]
            at += 1
    return kept, depth


def ends_inside_comment(text: str) -> bool:
    """Whether a `;--` is never closed: everything that follows the text would be comment."""
    depth = 0
    for raw in text.splitlines():
        _, depth = _strip_comments(raw, depth)
    return depth > 0


def transports(found: list[Section]) -> dict[str, str]:
    """protocol → name of the administrator's first transport of that kind."""
    by_protocol: dict[str, str] = {}
    for section in found:
        if not section.is_template and section.get("type") == "transport":
            by_protocol.setdefault((section.get("protocol") or "udp").lower(), section.name)
    return by_protocol


def endpoint_conflicts(found: list[Section], number: str) -> list[str]:
    """Where pjsip.conf has a section of this name, as `file:line`."""
    return [f"{section.path}:{section.line}" for section in found if section.name == number]


def dialplan_conflicts(found: list[Section], number: str, context: str) -> list[str]:
    """Where extensions.conf has steps for this number in this context, as `file:line`."""
    return [
        f"{path}:{line}"
        for section in found
        if section.name == context
        for name, value, path, line in section.options
        if name == "exten" and value.split(",")[0].split("/")[0].strip() == number
    ]
