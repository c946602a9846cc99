"""Each error happens for real, to an ordinary user; what root is told to type then mends it."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pbx import config_files
from pbx.config import reader, remedies
from pbx.errors import ConfigFileError
from settings import Settings
from tests.ordinary_user import NOBODY, NOGROUP, folder_of_nobody, nobody
from tests.pbx.extension_driver import replace
from tests.server import TEST_KEY

DAEMON = 1
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can follow what root is told")


@pytest.fixture
def etc() -> Iterator[Path]:
    """A folder of Asterisk's."""
    with folder_of_nobody("asterisk") as etc:
        for name in ("pjsip.conf", "extensions.conf"):
            (etc / name).write_text("[general]\n")
            os.chown(etc / name, NOBODY, NOGROUP)
        yield etc


def rewrite(etc: Path) -> None:
    settings = Settings.model_validate({"asterisk_config_dir": etc, "secret_key": TEST_KEY})
    with config_files.locked(etc):
        found = reader.read(settings)
        for managed in (found.pjsip, found.extensions):
            replace(managed, f"; {len(managed.block_text())}\n")


def sentence_for(etc: Path, *groups: int) -> str | None:
    with nobody(*groups):
        try:
            rewrite(etc)
        except ConfigFileError as error:
            return str(error)
    return None


def follow(sentence: str) -> None:
    match = re.search(r"as root, ([^;]*)", sentence)
    assert match, sentence
    assert "usermod" not in match[1], "a test does not change this machine's users"
    subprocess.run(["sh", "-ec", match[1]], check=True)


def includes(etc: Path, line: str) -> None:
    path = etc / "pjsip.conf"
    path.write_text(f"[general]\n{line}\n")


def closed(path: Path, mode: int, owner: int = 0, group: int = 0) -> None:
    os.chown(path, owner, group)
    path.chmod(mode)


def root_has_the_file(etc: Path) -> None:
    closed(etc / "pjsip.conf", 0o600)


def root_has_the_readable_file(etc: Path) -> None:
    closed(etc / "pjsip.conf", 0o644, group=NOGROUP)


def root_has_the_folder(etc: Path) -> None:
    closed(etc, 0o755)


def root_has_everything_in_a_closed_folder(etc: Path) -> None:
    root_has_the_file(etc)
    closed(etc, 0o700)


def another_user_has_the_folder(etc: Path) -> None:
    closed(etc, 0o700, DAEMON, NOGROUP)


def the_owner_may_not_write(etc: Path) -> None:
    (etc / "pjsip.conf").chmod(0o000)
    etc.chmod(0o500)


def a_closed_include(etc: Path) -> None:
    (etc / "more.conf").write_text("[101]\ntype=aor\n")
    closed(etc / "more.conf", 0o600)
    includes(etc, "#include more.conf")


def a_closed_tryinclude_of_another_user(etc: Path) -> None:
    a_closed_include(etc)
    closed(etc / "more.conf", 0o600, DAEMON, NOGROUP)
    includes(etc, "#tryinclude more.conf")


def a_closed_folder_of_includes(etc: Path) -> None:
    (etc / "more").mkdir()
    (etc / "more" / "a.conf").write_text("[101]\ntype=aor\n")
    closed(etc / "more", 0o700)
    includes(etc, "#include more/*.conf")


def a_closed_folder_above_an_include(etc: Path) -> None:
    a_closed_folder_of_includes(etc)
    includes(etc, "#include more/a.conf")


def a_closed_wizard(etc: Path) -> None:
    (etc / "pjsip_wizard.conf").write_text("[101]\ntype=wizard\n")
    closed(etc / "pjsip_wizard.conf", 0o600)


def no_file(etc: Path) -> None:
    (etc / "pjsip.conf").unlink()


def no_includes(etc: Path) -> None:
    (etc / "empty").mkdir()
    includes(etc, "#tryinclude empty/*.conf\n#tryinclude nowhere/x.conf")


@pytest.mark.parametrize(
    "fault",
    [
        root_has_the_file,
        root_has_the_readable_file,
        root_has_the_folder,
        root_has_everything_in_a_closed_folder,
        another_user_has_the_folder,
        the_owner_may_not_write,
        a_closed_include,
        a_closed_tryinclude_of_another_user,
        a_closed_folder_of_includes,
        a_closed_folder_above_an_include,
        a_closed_wizard,
        no_file,
    ],
)
def test_the_commands_for_root_mend_it(etc: Path, fault: Callable[[Path], None]) -> None:
    fault(etc)
    heard = [first] if (first := sentence_for(etc)) else []
    assert heard
    follow(heard[0])
    while (again := sentence_for(etc)) and again not in heard and len(heard) < 4:
        heard.append(again)
        follow(again)
    assert again is None, heard
    assert not any("$" in each for each in heard)


def test_a_readable_file_needs_no_remedy(etc: Path) -> None:
    no_includes(etc)
    assert sentence_for(etc) is None


def test_the_groups_by_which_asterisk_reads_stay(etc: Path) -> None:
    for path, mode in ((etc / "pjsip.conf", 0o600), (etc, 0o700)):
        closed(path, mode, 0, DAEMON)
    sentence = sentence_for(etc) or ""
    assert f"chmod g+rx {etc} && usermod -aG daemon nobody; then restart Switchhook" in sentence
    etc.chmod(0o750)
    sentence = sentence_for(etc, DAEMON) or ""
    assert "pjsip.conf may not be replaced by nobody" in sentence
    follow(sentence)
    assert sentence_for(etc, DAEMON) is None
    for path, mode in ((etc / "pjsip.conf", 0o640), (etc, 0o750)):
        assert path.stat().st_gid == DAEMON
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_file_that_root_alone_may_read_gets_the_group_of_its_folder(etc: Path) -> None:
    a_closed_include(etc)
    os.chown(etc, NOBODY, DAEMON)
    sentence = sentence_for(etc, DAEMON) or ""
    assert f"chgrp daemon {etc / 'more.conf'}" in sentence
    follow(sentence)
    assert sentence_for(etc, DAEMON) is None
    closed(etc / "more.conf", 0o600)
    assert f"chgrp daemon {etc / 'more.conf'} && usermod -aG daemon nobody; then restart" in (
        sentence_for(etc) or ""
    )


def test_a_group_that_this_user_is_not_in_is_named(etc: Path) -> None:
    closed(etc / "pjsip.conf", 0o664, NOBODY, DAEMON)
    assert "as root, usermod -aG daemon nobody; then restart Switchhook" in (sentence_for(etc) or "")
    assert sentence_for(etc, DAEMON) is None


def test_a_user_without_a_name_has_a_number(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert remedies.user() == "54321"
