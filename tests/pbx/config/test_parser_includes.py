"""Sections, templates and included files, without an Asterisk."""

from __future__ import annotations

from pathlib import Path

from pbx.config import parser
from tests.pbx.config.texts import sections


def test_an_option_has_its_last_value_whatever_its_case() -> None:
    (section,) = sections("x.conf", "[101]\nType=aor\ntype => endpoint\n")
    assert section.get("TYPE") == "endpoint"
    assert section.get("nothing") is None


def test_a_template_gives_its_options_and_is_none_itself() -> None:
    found = sections("x.conf", "[t](!)\ntype=endpoint\n[101](t)\n[102](t,+)\n[101](+)\na=1\n[103](+t)\n")
    assert [(each.name, each.is_template, each.extends_block, each.line) for each in found] == [
        ("t", True, False, 1),
        ("101", False, False, 3),
        ("102", False, True, 4),
        ("101", False, False, 5),
        ("103", False, True, 7),
    ]
    assert found[1].options is found[3].options
    assert found[1].options == [("type", "endpoint", Path("x.conf"), 2), ("a", "1", Path("x.conf"), 6)]


def read(files: dict[str, str], root: str = "/etc/a.conf") -> tuple[list[str], list[tuple[str, str, bool]]]:
    """Return the names of all sections, and what was missing."""
    missing: list[tuple[str, str, bool]] = []
    found = parser.sections(
        lambda path, _by: files.get(str(path)),
        lambda pattern: [Path(pattern)] if pattern in files else [],
        Path(root),
        lambda place, pattern, optional: missing.append((place, pattern, optional)),
    )
    return [section.name for section in found], missing


def test_an_include_that_finds_nothing_is_reported_with_its_place() -> None:
    files = {
        "/etc/a.conf": "[a]\n#include b.conf\n#tryinclude c.conf\n#include d.conf\n",
        "/etc/d.conf": "[d]\n",
    }
    assert read(files) == (
        ["a", "d"],
        [("/etc/a.conf:2", "/etc/b.conf", False), ("/etc/a.conf:3", "/etc/c.conf", True)],
    )


def test_a_file_that_is_found_and_cannot_be_read_is_missing_too() -> None:
    missing: list[str] = []
    parser.sections(
        lambda path, _by: "#include b.conf" if path.name == "a.conf" else None,
        lambda pattern: [Path(pattern)],
        Path("/etc/a.conf"),
        lambda _place, pattern, _optional: missing.append(pattern),
    )
    assert missing == ["/etc/b.conf"]


def test_a_file_is_read_with_the_places_that_include_it() -> None:
    files = {"/etc/a.conf": "\n#include b.conf\n", "/etc/b.conf": "#include c.conf\n", "/etc/c.conf": ""}
    asked: dict[str, str] = {}

    def read_text(path: Path, by: str) -> str | None:
        asked[path.name] = by
        return files.get(str(path))

    parser.sections(read_text, lambda pattern: [Path(pattern)], Path("/etc/a.conf"))
    assert asked == {"a.conf": "", "b.conf": "/etc/a.conf:2", "c.conf": "/etc/a.conf:2, /etc/b.conf:1"}


def test_includes_end_ten_deep() -> None:
    files = {f"/etc/{depth}.conf": f"[{depth}]\n#include {depth + 1}.conf\n" for depth in range(12)}
    assert read(files, "/etc/0.conf") == ([str(depth) for depth in range(11)], [])
