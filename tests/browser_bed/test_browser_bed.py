"""Tests of pages fail for what nobody sees who looks at the page alone, and leave no Chromium behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.browser_bed import Complaints, NewPage, Page, check_accessible, expect
from tests.browser_bed.install import installed
from tests.server import PROJECT
from tests.waiting import wait_for

POLICY = "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">"
TWO_TESTS = """
pytest_plugins = ["tests.browser_bed.fixtures"]

def test_fails(page):
    page.set_content("<p>what it was like")
    assert page is None

def test_complains(page):
    page.set_content("<img src='https://example.com/x.png'>")
"""
WAITS = """
from tests.browser_bed.browser import running
from tests.browser_bed.install import find_chromium

with running(find_chromium()):
    print("started", flush=True)
    input()
"""


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<script>console.error('no good')</script>", "console: no good"),
        ("<script>throw new Error('no good')</script>", "exception: no good"),
        (f"{POLICY}<script>1</script>", "Content Security Policy"),
        ("<img src='https://example.com/x.png'>", "another host: https://example.com/x.png"),
    ],
)
def test_what_a_browser_complains_of_is_heard_unless_it_is_expected(
    page: Page, complaints: Complaints, html: str, complaint: str
) -> None:
    with page.expect_event("close"):
        page.set_content(html)
        page.close()  # all events of it have come
    assert complaint in "".join(complaints.unexpected)
    complaints.expect(complaint)
    complaints.expect("x.png")  # nor is it found
    assert complaints.unexpected == []


def test_what_keeps_people_from_using_a_page_is_named_with_a_remedy(page: Page) -> None:
    page.set_content("<html lang=en><title>T</title><main><h1>T</h1><img src='data:,' id=qr></main>")
    with pytest.raises(AssertionError, match=r"(?s)image-alt: .*https.*id=\"qr\".*does not have an alt attr"):
        check_accessible(page)


def test_what_is_seen_in_the_dark_alone_is_looked_at(page: Page) -> None:
    dark = "<style>@media (prefers-color-scheme: dark) { body { background: #222 } }</style>"
    page.set_content(f"<html lang=en><title>T</title>{dark}<main><h1>Phones</h1></main>")
    with pytest.raises(AssertionError, match=r"(?s)dark.*color-contrast"):
        check_accessible(page)


def test_nobody_scrolls_sideways_on_a_phone(page: Page) -> None:
    page.set_content("<html lang=en><title>T</title><main><h1 style='width: 400px'>T</h1></main>")
    with pytest.raises(AssertionError, match=r"(?s)wider than 320 pixels.*<h1"):
        check_accessible(page)


def test_people_do_not_have_each_others_cookies(new_page: NewPage) -> None:
    alice, bob = new_page(), new_page()
    alice.context.add_cookies([{"name": "session", "value": "hers", "url": "http://127.0.0.1"}])
    assert bob.context.cookies() == []
    expect(alice.context.new_page()).to_have_url("about:blank")


def test_a_test_that_fails_leaves_what_the_page_was_like(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TWO_TESTS)
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    run = subprocess.run(argv, cwd=tmp_path, env=_environment(tmp_path), capture_output=True, text=True)
    assert "1 failed, 1 passed, 1 error" in run.stdout, run.stdout + run.stderr
    assert "another host: https://example.com/x.png" in run.stdout
    kept = {path.name: path for path in (tmp_path / "screenshots/failed").iterdir()}
    assert set(kept) == {
        f"test_it.py-test_{name}.0.{kind}" for name in ("fails", "complains") for kind in ("png", "html")
    }
    assert "what it was like" in kept["test_it.py-test_fails.0.html"].read_text()


def test_chromium_ends_with_the_process_however_that_ends(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", WAITS]
    with subprocess.Popen(argv, cwd=tmp_path, env=_environment(tmp_path), stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"started\n"
        assert _processes_in(tmp_path)
        process.kill()
    wait_for(lambda: not _processes_in(tmp_path))


def test_a_chromium_on_path_is_taken_if_it_runs_and_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed() is None
    for name, does in (
        ("chrome-headless-shell", "exit 1"),
        ("chromium", "echo Chromium 90.0.1"),
        ("google-chrome", "echo Google Chrome 150.0.7871.100"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o700)
    found = installed()
    assert found
    assert (found.program, found.root) == (tmp_path / "google-chrome", None)


def _environment(folder: Path) -> dict[str, str]:
    """Chromium's own files are in the folder, too."""
    return os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(folder)}


def _processes_in(folder: Path) -> list[str]:
    """Those whose command has the folder in it, as Chromium's have."""
    commands = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(each.read_text())
        except OSError:  # it has just ended
            continue
    return [each for each in commands if str(folder) in each]
