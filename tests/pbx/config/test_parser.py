"""The administrator's files as we read them, and as the real Asterisk does."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import parser
from pbx.config.parser import Section
from pbx.config.reader import expand_glob
from tests.asterisk_bed import Asterisk
from tests.server import settings_for

Categories = list[tuple[str, bool, list[str]]]  # name, is it a template, its options


@pytest.fixture(scope="module")
def reading_asterisk() -> Iterator[Asterisk]:
    folder = Path(tempfile.mkdtemp(prefix="switchhook-"))
    with Asterisk(folder) as asterisk:
        included = asterisk.config_dir / "sub"
        included.mkdir()
        (included / "one.conf").write_text("i=1\n[one](t)\nj=1\n")
        (included / ".one.conf").write_text("hidden=1\n")
        (asterisk.config_dir / "open.conf").write_text("o=1\n;-- never closed\np=1\n")
        (included / "two.conf").write_text("m=1\n#include sub/one.conf\n[two]\nn=1\n")
        yield asterisk
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def config_dir(reading_asterisk: Asterisk) -> Path:
    return reading_asterisk.config_dir


@pytest.fixture(scope="module")
def asterisk_client(reading_asterisk: Asterisk) -> Iterator[Client]:
    with connected(settings_for(reading_asterisk, "sqlite://")) as client:
        yield client


def as_asterisk_reads(client: Client, path: Path) -> Categories | None:
    """None: Asterisk refuses the whole file."""
    question = {"Action": "GetConfig", "Filename": path.name, "Filter": "TEMPLATES=include"}
    answer = client.ask_all([question])[0][0]
    return None if answer["Response"] == "Error" else list(categories(answer))


def categories(answer: Message) -> Iterator[tuple[str, bool, list[str]]]:
    for header, name in answer.items():
        kind, _, number = header.partition("-")
        if kind == "Category":
            lines = [value for key, value in answer.items() if key.startswith(f"Line-{number}-")]
            yield name, f"IsTemplate-{number}" in answer, lines


def as_we_read(path: Path) -> Categories:
    found = parser.sections(read_text, expand_glob, path)
    first = {id(section.options): section for section in reversed(found)}  # (+) shares its section's options
    return [as_category(section) for section in found if first[id(section.options)] is section]


def as_category(section: Section) -> tuple[str, bool, list[str]]:
    return (
        section.name,
        section.is_template,
        [f"{name}={value}".strip(" ") for name, value, *_ in section.options],
    )


def read_text(path: Path, _by: str) -> str | None:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None


def assert_read_alike(client: Client, path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    asterisk = as_asterisk_reads(client, path)
    if asterisk is not None:
        assert as_we_read(path) == asterisk


@pytest.mark.parametrize(
    "text",
    [
        "[t](!)\na=1\n[u](!)\na=2\nb=1\n[x](t,u)\nb=2\n",
        "[t](!)\na=1\n[t](!)\na=2\n[x](T)\n",
        "[x] (t)\na=1\n",
        "[x]\ntype=a\n[X]\ntype=b\n[x](+)\nb=2\n[x](+type=b)\nc=3\n",
        "[t](!)\nq=9\n[x]\na=1\n[x](+,t)\nb=1\n",
        "[x]\na=1 ;-- hidden --; \nb=2\n;-- [y]\nc=3\n;-- nested --;\nd=4\n--;\ne=5\n",
        "[x]\na=1 ;--- note\nb=2\n;---\nc=3\n",
        "[x]\n;-- a\nb=2\n--; c=3\nd=4\n",
        "[x]\na=1\\;2 ; c\nb=1\\\\;2\nc=a\\;--b\nd=\\;\\;;\n",
        "[x]\n--;\na=1\nb=2 --; c\n",
        "[x]\n;-- a ---; b=1\nc=2\n--;\nd=1\n",
        "[x]\n;--;\na=1\n--;\nb=2\n;----;\nc=3\n",
        "[x]\n;-- \\;-- \na=1\n--;\nb=2\n",
        "[x]\r\na=1\r\n; c\r\nb=2\r\n",
        "[x]\na=1\x0cb=2\n;foo\x0c[y]\n; c\u2028[y]\nb=\x85\n",
        "\ufeff[x]\na=1\n",
        "  [x]\n  a = 1\n\t[y] junk\n\tb=> 2\n[z]y]\n[](!) junk\nno equals sign\n",
        "[t](!)\n[x]\n#include sub/one.conf\nz=1\n",
        '[t](!)\n[x]\n#INCLUDE "sub/two.conf" ; note\nz=1\n',
        "[t](!)\n[x]\n#tryinclude <sub/o*.conf>\n#tryinclude nowhere.conf\nz=1",
        "[x]\n;--\n#include sub/one.conf\n--;\nz=1\n",
        "[t](!)\n[x]\n#include sub/{one,nothing}.conf\nz=1\n",
        "[t](!)\n[x]\n#tryinclude sub**/**e.conf\n#tryinclude [\n#tryinclude sub/{a,b{c,d\nz=1\n",
        "[x]\na=1\n#tryinclude sub\n#exec /bin/echo b=1\nz=1\n",
        "[x]\na=\nb=;c\nc=#1\n#foo=3\ne==5\nf= =>6\n",
    ],
)
def test_asterisk_and_we_read_the_same(asterisk_client: Client, config_dir: Path, text: str) -> None:
    path = config_dir / "probe.conf"
    path.write_bytes(text.encode())
    assert as_asterisk_reads(asterisk_client, path) == as_we_read(path)


PIECES = (
    "[a]", "[b]", "[t](!)", "[u](!,t)", "[a](t)", "[b](u)", "[a](+)", "[101](t,u)", "[101](+)", "x=1", "x=2",
    " y => two words ", "exten => 101,1,Dial(PJSIP/101)", "z=\\;1", "z=1\\\\;2", "v=1;2", "; note", ";", ";--",
    "--;", ";-- w=1 --;", ";--- w=2", "x=3 ;-- h --; 4", "#include sub/one.conf", "#tryinclude sub/*.conf", "#include open.conf", "", "junk",
    "é=ü", "\x0c", "\u2028[c]",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["\n", "\r\n"]))
def test_any_file_that_asterisk_takes_is_read_alike(
    asterisk_client: Client, config_dir: Path, pieces: list[str], line_end: str
) -> None:
    assert_read_alike(asterisk_client, config_dir / "probe.conf", line_end.join(["[t](!)", *pieces]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (";-- a", True),
        (";-- a --;", False),
        (";-- ;-- --;", True),
        (";--;-- --;", True),
        ("; ;-- a", False),
        ("--;", True),
        ("", False),
    ],
)
def test_a_comment_left_open_is_noticed(text: str, expected: bool) -> None:
    assert parser.ends_inside_comment(f"[x]\n{text}\na=1\n") is expected
