"""Messages are found in the spool, and nothing in it leads out of it or keeps others from being found."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pbx import voicemail_spool
from pbx.voicemail_spool import Found, Spool
from tests.ordinary_user import folder_of_nobody, nobody
from tests.voicemail_files import leave

MAILBOX = "102_abcdefgh"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool/voicemail"


@pytest.fixture
def spool(path: Path) -> Spool:
    path.parent.mkdir()
    return Spool(path)


def ids(found: list[Found]) -> list[str]:
    return [each.envelope.id for each in found]


def settle(path: Path) -> None:
    """As if the folder had not changed for a while."""
    before = time.time() - 60
    os.utime(path, (before, before))


def test_messages_of_all_mailboxes_are_found(path: Path, spool: Spool) -> None:
    leave(path, MAILBOX, "1-0")
    leave(path, MAILBOX, "2-0", index=1)
    leave(path, "103_abcdefgh", "3-0", folder="Urgent")
    assert [(each.mailbox, each.envelope.id) for each in spool.look()] == [
        (MAILBOX, "1-0"), (MAILBOX, "2-0"), ("103_abcdefgh", "3-0"),
    ]  # fmt: skip
    assert spool.problem() is None


def test_what_a_caller_sends_keeps_no_message_from_being_found(
    path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    leave(path, MAILBOX, "1-0", caller=f'"{"9" * 130_000}" <101>')
    leave(path, MAILBOX, "2-0", index=1, caller="9" * 300_000)
    assert ids(spool.look()) == ["1-0"]
    assert "too large" in caplog.text


def test_a_folder_is_read_again_only_when_it_has_changed(path: Path, spool: Spool) -> None:
    inbox = leave(path, MAILBOX, "1-0").parent
    settle(inbox)
    assert ids(spool.look()) == ["1-0"]
    assert ids(spool.look()) == ["1-0"]  # nobody has stored it yet
    spool.remember()
    assert spool.look() == []
    leave(path, MAILBOX, "2-0", index=1)
    assert ids(spool.look()) == ["1-0", "2-0"]


def test_a_folder_that_has_just_changed_is_looked_at_once_more(
    path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voicemail_spool, "SETTLED", 30.0)
    leave(path, MAILBOX, "1-0")
    spool.look()
    spool.remember()
    assert ids(spool.look()) == ["1-0"]


def test_a_spool_in_which_nobody_has_left_anything_is_no_problem(path: Path, spool: Spool) -> None:
    for _ in range(2):
        assert (spool.look(), spool.problem()) == ([], None)
        path.mkdir(exist_ok=True)


def test_a_spool_of_another_machine_is(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "nowhere/voicemail")
    assert spool.look() == []
    assert "nowhere/voicemail is not there: have the listener run on the machine of Asterisk" in str(
        spool.problem()
    )


def test_links_and_other_files_are_passed_over(path: Path, spool: Spool, tmp_path: Path) -> None:
    secret = leave(tmp_path / "elsewhere", MAILBOX, "secret")
    inbox = leave(path, MAILBOX, "1-0").parent
    (inbox / "msg0001.txt").symlink_to(secret)
    os.mkfifo(inbox / "msg0002.txt")
    (inbox / "msg0003.txt").mkdir()
    (inbox / "msg0004.txt").write_bytes(b"\x00" * 100)
    with (inbox / "msg0005.txt").open("wb") as file:
        file.truncate(2_000_000_000)
    (inbox / "msg0006.txt.lnk").write_bytes(secret.read_bytes())
    (inbox.parent.parent / "103_linked").symlink_to(secret.parents[1])
    (inbox.parent / "Urgent").symlink_to(secret.parent)
    (inbox.parent.parent / "104_file").write_bytes(b"")
    assert ids(spool.look()) == ["1-0"]
    assert spool.problem() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("closed", ["switchhook", MAILBOX, "INBOX", "msg0000.txt"])
def test_what_may_not_be_read_is_named_with_what_to_type_and_the_rest_is_found(closed: str) -> None:
    with folder_of_nobody("voicemail") as path:
        text = leave(path, MAILBOX, "1-0")
        leave(path, "103_abcdefgh", "2-0")
        next(each for each in (text, *text.parents) if each.name == closed).chmod(
            0o700 if text.name != closed else 0o600
        )
        spool = Spool(path)
        with nobody():
            found, problem = ids(spool.look()), spool.problem()
        assert found == ([] if closed == "switchhook" else ["2-0"])
        assert problem
        assert f"{path}/switchhook" in problem
        assert "may not be read by nobody: as root, ch" in problem
