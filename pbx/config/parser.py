"""Pure: what the administrator wrote by hand, read as Asterisk reads it, with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# A file and what includes it, as `file:line, file:line`, → its text without Switchhook's block; None: there is none.
ReadText = Callable[[Path, str], str | None]
# The files that a glob stands for, in order.
Find = Callable[[str], list[Path]]
# What becomes of an include that has nothing: `file:line`, the pattern in full, whether Asterisk goes on without it.
Missing = Callable[[str, str, bool], None]
DEEPEST_INCLUDE = 10
INCLUDE = re.compile(r"#(try)?include\s+[\"<]?([^\">]+)[\">]?\s*$", re.IGNORECASE)
HEADER = re.compile(r"\[([^\]]*)\](?:\(([^)]*)\))?")
OPTION = re.compile(r"([^=]+?)\+?=>?(.*)", re.DOTALL)
BLOCK = "Switchhook's lines"  # the section that stands for the managed block
OBJECTS = ("endpoint", "auth", "aor")
TRUE = ("yes", "true", "y", "t", "1", "on")  # as Asterisk has it
BRACES = re.compile(r"\{([^{}]*)\}")
BLANK = "".join(map(chr, range(33)))  # what Asterisk strips from both ends of a line


@dataclass
class Section:
    """`[name](template,…)` and the options below it, those of its templates first."""

    name: str
    path: Path
    line: int
    is_template: bool = False
    extends_block: bool = False  # `[name](+)` without an earlier section by hand: with Switchhook's
    options: list[tuple[str, str, Path, int]] = field(default_factory=list)  # name, value, file, line

    def get(self, option: str) -> str | None:
        """The last value, which is the one that counts."""
        values = [value for name, value, _, _ in self.options if name.lower() == option.lower()]
        return values[-1] if values else None


def _nothing(_place: str, _pattern: str, _optional: bool) -> None:
    pass


def sections(read_text: ReadText, find: Find, root: Path, missing: Missing = _nothing) -> list[Section]:
    """Every section that Asterisk sees in the file `root` and what it includes, in order."""
    found: list[Section] = []

    def read(path: Path, depth: int, by: str) -> bool:
        """A file goes on with the section opened last; what includes it, with its own. Whether there is one."""
        current, text = found[-1] if found else None, read_text(path, by)
        for line, number in _without_comments(text or ""):
            if match := INCLUDE.match(line):
                pattern = str(root.parent / match[2].strip())
                place = f"{path}:{number}"
                by_this = f"{by}, {place}" if by else place
                included = [found for each in _alternatives(pattern) for found in find(each)] if depth else []
                there = [read(each, depth - 1, by_this) for each in included] if depth else [True]
                if not (there and all(there)):
                    missing(place, pattern, bool(match[1]))
            elif match := HEADER.match(line):
                current = _open_section(found, match[1].strip(), match[2] or "", path, number)
            elif current and not line.startswith("#") and (match := OPTION.match(line)):
                current.options.append((match[1].strip(BLANK), match[2].strip(BLANK), path, number))

        return text is not None

    read(root, DEEPEST_INCLUDE, "")
    return found


def _open_section(found: list[Section], name: str, modifiers: str, path: Path, line: int) -> Section:
    words = [word.strip() for word in modifiers.split(",") if word.strip()]
    section = Section(name, path, line, is_template="!" in words)
    for word in words:
        if word.startswith("+"):
            # (+) goes on with an earlier section: its options are added there, under a shared list.
            earlier = _named(found, name, word[1:])
            section.extends_block = not earlier
            section.options = earlier[0].options if earlier else section.options
        elif word != "!":
            for template in _named(found, word)[:1]:
                section.options += template.options
    found.append(section)
    return section


def _named(found: list[Section], name: str, wanted: str = "") -> list[Section]:
    """`wanted` is what `[name](+type=aor)` asks of the section it adds to."""
    option, equals, value = wanted.partition("=")
    return [
        section
        for section in found
        if section.name.lower() == name.lower()
        and (not equals or section.get(option.strip()) == value.strip())
    ]


def _alternatives(pattern: str) -> list[str]:
    """Includes may be globs, as Asterisk expands them: braces are alternatives, `**` is `*`, hidden files stay hidden."""
    if match := BRACES.search(pattern):
        words = (pattern[: match.start()] + word + pattern[match.end() :] for word in match[1].split(","))
        return [found for word in words for found in _alternatives(word)]
    return [pattern]


def _without_comments(text: str) -> Iterator[tuple[str, int]]:
    depth = 0
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not raw:
            continue  # most lines: Switchhook's own are blanked out
        line, depth = _strip_comments(raw, depth)
        if line.strip(BLANK):
            yield line.strip(BLANK), number


def _strip_comments(line: str, depth: int) -> tuple[str, int]:
    r"""One line without `; …` and `;-- … --;` (which nest); `\;` is a semicolon.

    As Asterisk counts, a `--;` that ends nothing hides all that follows.
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
    """Whether a `;--` is never closed: everything that follows the text would be comment."""
    depth = 0
    for raw in text.split("\n"):
        _, depth = _strip_comments(raw, depth)
    return depth != 0


def transports(found: list[Section]) -> dict[str, str]:
    """protocol → name of the administrator's first transport of that kind."""
    by_protocol: dict[str, str] = {}
    for section in found:
        if not section.is_template and section.get("type") == "transport":
            by_protocol.setdefault((section.get("protocol") or "udp").lower(), section.name)
    return by_protocol


def endpoint_conflicts(found: list[Section], number: str) -> list[str]:
    """Where pjsip.conf has an endpoint, auth or AOR of this name, as `file:line`.

    Asterisk tells sections of one name apart by their type, and takes no second of the same; a template is none.
    """
    return [
        f"{section.path}:{section.line}"
        for section in found
        if section.name == number and not section.is_template and section.get("type") in OBJECTS
    ]


def twice(found: list[Section]) -> Iterator[tuple[Section, Section]]:
    """Pairs of one name and type, of those types of which no phone can do without all: Asterisk then loads none of it.

    `[x](+)` is none of its own.
    """
    seen: dict[tuple[str, str], Section] = {}
    for section in found:
        kind = section.get("type")
        if kind in (*OBJECTS, "transport") and not section.is_template:
            first = seen.setdefault((section.name, kind), section)
            if first.options is not section.options:
                yield first, section


def additions(found: list[Section], number: str) -> list[str]:
    """Where pjsip.conf goes on with Switchhook's section of this name, as `file:line`."""
    return [
        f"{section.path}:{section.line}"
        for section in found
        if section.name == number and section.extends_block
    ]


def wizard_conflicts(found: list[Section], number: str) -> list[str]:
    """Where pjsip_wizard.conf makes an endpoint of this name, as `file:line`."""
    return [f"{section.path}:{section.line}" for section in _wizards(found) if section.name == number]


def wizard_hints(found: list[Section]) -> Iterator[tuple[str, str, str]]:
    """(`file:line`, context, exten) of every hint that pjsip_wizard.conf puts into the dialplan."""
    for section in _wizards(found):
        exten = section.get("hint_exten")
        if exten and (section.get("has_hint") or "").lower() in TRUE:
            context = section.get("hint_context") or section.get("endpoint/context") or "default"
            yield f"{section.path}:{section.line}", context, exten


def sorcery_mappings(found: list[Section], kind: str) -> list[str]:
    """Where sorcery.conf has objects of this kind come from besides pjsip.conf: `aor=realtime,ps_aors at file:line`."""
    return [
        f"{name}={value} at {path}:{line}"
        for section in found
        if section.name == "res_pjsip" and not section.is_template
        for name, value, path, line in section.options
        if name == kind and not value.replace(" ", "").startswith("config,pjsip.conf")
    ]


def _wizards(found: list[Section]) -> list[Section]:
    return [section for section in found if not section.is_template and section.get("type") == "wizard"]
