"""Pure: an Asterisk configuration file as Asterisk reads it, every option with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# A file, and what includes it as `file:line, file:line` → its text without Switchhook's block; None: no such file.
ReadText = Callable[[Path, str], str | None]
# The files that a glob stands for, in order.
Expand = Callable[[str], list[Path]]
# Called for an include that finds nothing: `file:line`, the pattern in full, whether Asterisk loads the file without it.
OnMissing = Callable[[str, str, bool], None]
MAX_INCLUDE_DEPTH = 10
INCLUDE = re.compile(r"#(try)?include\s+[\"<]?([^\">]+)[\">]?\s*$", re.IGNORECASE)
HEADER = re.compile(r"\[([^\]]*)\](?:\(([^)]*)\))?")
OPTION = re.compile(r"([^=]+?)\+?=>?(.*)", re.DOTALL)
BLOCK = "Switchhook's lines"  # the section in the place of the managed block
BRACES = re.compile(r"\{([^{}]*)\}")
WHITESPACE = "".join(map(chr, range(33)))  # what Asterisk strips from both ends of a line


@dataclass
class Section:
    """`[name](template,…)` and the options below it, those of its templates first."""

    name: str
    path: Path
    line: int
    is_template: bool = False
    extends_block: bool = False  # `[name](+)` without an earlier section in the text: it adds to Switchhook's
    options: list[tuple[str, str, Path, int]] = field(default_factory=list)  # name, value, file, line
    templates: list[str] = field(default_factory=list)  # the sections that it takes options from

    def get(self, option: str) -> str | None:
        """Return the last value, which is the one that counts."""
        values = [value for name, value, _, _ in self.options if name.lower() == option.lower()]
        return values[-1] if values else None


def _ignore(_place: str, _pattern: str, _optional: bool) -> None:
    pass


def sections(
    read_text: ReadText, expand: Expand, root: Path, on_missing: OnMissing = _ignore
) -> list[Section]:
    """Return every section that Asterisk sees in the file `root` and what it includes, in order."""
    found: list[Section] = []
    by_name: dict[str, list[Section]] = {}  # in small letters

    def read(path: Path, depth: int, by: str) -> bool:
        """Add the sections of a file, which begins in the section opened last; return whether it exists."""
        current, text = found[-1] if found else None, read_text(path, by)
        for line, number in visible_lines(text or ""):
            if match := INCLUDE.match(line):
                pattern = str(root.parent / match[2].strip())
                place = f"{path}:{number}"
                by_this = f"{by}, {place}" if by else place
                included = _included(pattern, expand) if depth else []
                there = [read(each, depth - 1, by_this) for each in included] if depth else [True]
                if not (there and all(there)):
                    on_missing(place, pattern, bool(match[1]))
            elif match := HEADER.match(line):
                current = _open_section(by_name, match[1].strip(), match[2] or "", path, number)
                found.append(current)
            elif current and not line.startswith("#") and (match := OPTION.match(line)):
                current.options.append((match[1].strip(WHITESPACE), match[2].strip(WHITESPACE), path, number))

        return text is not None

    read(root, MAX_INCLUDE_DEPTH, "")
    return found


def _included(pattern: str, expand: Expand) -> list[Path]:
    return [path for each in _alternatives(pattern) for path in expand(each)]


def _open_section(
    by_name: dict[str, list[Section]], name: str, modifiers: str, path: Path, line: int
) -> Section:
    words = [word.strip() for word in modifiers.split(",") if word.strip()]
    section = Section(name, path, line, is_template="!" in words)
    for word in words:
        if word.startswith("+"):
            # (+) adds to an earlier section: both share one list of options.
            earlier = _named(by_name, name, word[1:])
            section.extends_block = not earlier
            section.options = earlier[0].options if earlier else section.options
        elif word != "!":
            section.templates.append(word)
            for template in _named(by_name, word)[:1]:
                section.options += template.options
    by_name.setdefault(name.lower(), []).append(section)
    return section


def _named(by_name: dict[str, list[Section]], name: str, wanted: str = "") -> list[Section]:
    """Return the sections of this name. `wanted`: what `[name](+type=aor)` asks of the section it adds to."""
    option, equals, value = wanted.partition("=")
    return [
        section
        for section in by_name.get(name.lower(), [])
        if not equals or section.get(option.strip()) == value.strip()
    ]


def _alternatives(pattern: str) -> list[str]:
    """Expand braces, as Asterisk does in includes; `**` is `*` there, and hidden files stay hidden."""
    if match := BRACES.search(pattern):
        words = (pattern[: match.start()] + word + pattern[match.end() :] for word in match[1].split(","))
        return [found for word in words for found in _alternatives(word)]
    return [pattern]


def visible_lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield each line that is not empty without its comments, and its number."""
    depth = 0
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not raw:
            continue  # most lines are empty: Switchhook's own
        line, depth = _strip_comments(raw, depth)
        if line.strip(WHITESPACE):
            yield line.strip(WHITESPACE), number


def _strip_comments(line: str, depth: int) -> tuple[str, int]:
    r"""Return a line without `; …` and `;-- … --;` (which nest), and the depth after it; `\;` is a semicolon.

    As Asterisk counts, a `--;` that closes nothing hides all that follows.
    """
    kept, rest, visible = "", line, depth == 0
    while (at := rest.find(";")) >= 0:
        end = at + 1
        if at and rest[at - 1] == "\\":
            kept += rest[: at - 1] + ";" if visible else ""
        elif rest.startswith(";--", at) and not rest.startswith(";---", at):
            kept += rest[:at] if visible else ""
            end, visible, depth = at + 3, False, depth + 1
        elif at >= 2 and rest[at - 2 : at] == "--":
            kept += rest[:end] if visible else ""
            depth -= 1
            visible = visible or depth == 0
        elif depth == 0:
            return kept + (rest[:at] if visible else ""), 0
        else:
            kept += rest[:end] if visible else ""
        rest = rest[end:]
    return kept + (rest if visible else ""), depth


def ends_inside_comment(text: str) -> bool:
    """Return whether a `;--` is never closed: everything that follows the text would be comment."""
    depth = 0
    for raw in text.split("\n"):
        _, depth = _strip_comments(raw, depth)
    return depth != 0
