"""What would be written to the two files is shown, and what was written is taken back."""

from __future__ import annotations

import re
from pathlib import Path

from tests.server import Switchhook


def test_publish_dry_run_exits_as_diff_does(switchhook: Switchhook) -> None:
    assert "No version is kept yet" in switchhook.flask("restore-files").stdout
    nothing = switchhook.flask("publish", "--dry-run")
    assert (nothing.returncode, nothing.stdout) == (0, "There is nothing to do.\n")
    switchhook.flask("ext", "create", "101", "--name=Alice", "--secret=SecurePass123")
    assert switchhook.flask("publish", "--dry-run").returncode == 0
    path = Path(switchhook.environment["ASTERISK_CONFIG_DIR"]) / "pjsip.conf"
    text = path.read_text()
    path.write_text(text.replace("max_contacts=1", "max_contacts=2"))
    changes = switchhook.flask("publish", "--dry-run")
    assert changes.returncode == 1
    assert f"--- {path}\n+++ {path} (as publish would write it)\n" in changes.stdout
    assert "-max_contacts=2\n+max_contacts=1\n" in changes.stdout
    assert "Extensions: 1 would be changed (101).\n" in changes.stdout
    assert "Asterisk would reload res_pjsip.\nNothing was changed.\n" in changes.stdout
    assert "SecurePass123" not in changes.stdout
    path.write_text(text.replace("; <<< Switchhook", "[mine]\ntype=aor\n; <<< Switchhook"))
    trouble = switchhook.flask("publish", "--dry-run")
    assert trouble.returncode == 2
    assert "move these lines out of there" in trouble.stderr
    path.write_text(text)


def test_restore_files_lists_shows_asks_and_says_what_comes_next(switchhook: Switchhook) -> None:
    switchhook.flask("ext", "create", "102", "--name=Bob", "--secret=SecurePass124")
    original, one = switchhook.flask("restore-files").stdout.splitlines()
    assert re.fullmatch(
        r"original  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  write 0 +[\d,]+ bytes  −2 extensions", original
    )
    assert re.fullmatch(r" +1  .*  write 1 +[\d,]+ bytes  −1 extensions", one)
    asked = switchhook.flask("restore-files", "1")
    assert asked.returncode == 1
    assert "-[102]\n" in asked.stdout
    assert "SecurePass124" not in asked.stdout
    assert (
        "the next publish, within a minute while a listener runs, writes them anew: 1 would come (102)"
        in asked.stdout
    )
    done = switchhook.flask("restore-files", "1", "--yes")
    assert done.returncode == 0
    assert "Asterisk has loaded them, and shows every endpoint in them." in done.stdout
    assert "already: there is nothing to restore" in switchhook.flask("restore-files", "1").stdout
    assert "Nothing waits to be published" in switchhook.flask("publish").stdout
    assert (
        "there is no version 77: there are original, 1, 2" in switchhook.flask("restore-files", "77").stderr
    )
