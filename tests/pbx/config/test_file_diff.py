"""Diffs of Asterisk's files show everything but secrets."""

from __future__ import annotations

from pbx.config import file_diff

OLD = b"[101]\ntype=auth\nusername=101\npassword=OldSecret1\n"


def diff(before: bytes, after: bytes) -> list[str]:
    return file_diff.unified("/etc/asterisk/pjsip.conf", before, after, becomes="then")


def test_equal_states_have_no_diff() -> None:
    assert diff(OLD, OLD) == []


def test_a_secret_that_changes_is_said_to_and_not_shown() -> None:
    assert diff(OLD, OLD.replace(b"OldSecret1", b"NewSecret2")) == [
        "--- /etc/asterisk/pjsip.conf",
        "+++ /etc/asterisk/pjsip.conf (then)",
        "@@ -1,5 +1,5 @@",
        " [101]",
        " type=auth",
        " username=101",
        "-password=********",
        "+password=********  (another value)",
        " ",
    ]


def test_a_secret_that_stays_has_no_such_note() -> None:
    shown = diff(OLD, OLD.replace(b"username=101", b"username=102"))
    assert " password=********" in shown
    assert not any(line.endswith(file_diff.ANOTHER_VALUE) for line in shown)


def test_an_added_secret_has_no_such_note() -> None:
    assert "+password=********" in diff(b"[x]\n", b"[x]\npassword=Secret123\n")
