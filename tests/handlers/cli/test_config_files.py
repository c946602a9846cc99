"""`flask restore-files`: what was written to the two files is taken back."""

from __future__ import annotations

import re

from tests.asterisk_bed import Asterisk
from tests.server import Switchhook


def test_restore_files_lists_shows_asks_and_says_what_comes_next(switchhook: Switchhook) -> None:
    assert "No version is kept yet" in switchhook.flask("restore-files").stdout
    for number in ("101", "102"):
        switchhook.flask("ext", "create", number, "--name=Bob", "--secret=SecurePass124")
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
    assert "Until then Asterisk does not have 102, which stand in no file of that state" in asked.stdout
    done = switchhook.flask("restore-files", "1", "--yes")
    assert done.returncode == 0
    assert "Asterisk has loaded them, and shows every endpoint in them." in done.stdout
    assert "already: there is nothing to restore" in switchhook.flask("restore-files", "1").stdout
    assert "Nothing waits to be published" in switchhook.flask("publish").stdout
    assert (
        "there is no version 77: there are original, 1, 2" in switchhook.flask("restore-files", "77").stderr
    )


def test_a_version_that_cannot_be_read_is_not_said_to_be_in_asterisk(
    switchhook: Switchhook, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    switchhook.flask("ext", "create", "103", "--name=Carol")
    path.write_text(path.read_text() + "[mine]\ntype=aor\n" * 2)
    switchhook.flask("restore-files", "1", "--yes")
    newest = switchhook.flask("restore-files").stdout.splitlines()[-1].split()[0]
    done = switchhook.flask("restore-files", newest, "--yes")
    assert "nothing could be published any more: [mine] with type=aor stands twice" in done.stdout
    assert done.returncode == 1
    assert "whether Asterisk takes them could not be looked at: [mine]" in done.stderr
