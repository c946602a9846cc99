"""What is said of rows that Asterisk cannot have as they were asked for."""

from __future__ import annotations

from pbx.publishing import desired_wording
from tests.pbx.publishing.rows import row

MAILBOX = "101_glahmndi@switchhook"


def test_steps_of_the_administrator_are_told_where_messages_go() -> None:
    said = desired_wording.hand_written_steps("101", ["extensions.conf:3"], MAILBOX)
    assert said
    assert "at extensions.conf:3: the phone works" in said
    assert (
        f"for its voicemail, have them, in an exten of 101 alone, go on with VoiceMail({MAILBOX},u) and Hangup() behind your Dial()"
        in said
    )
    assert said.endswith(f"end with n(own),VoiceMailMain({MAILBOX},s)")
    without = desired_wording.hand_written_steps("101", ["extensions.conf:3"], "")
    assert without
    assert "VoiceMail" not in without
    assert desired_wording.hand_written_steps("101", [], MAILBOX) is None


def test_lines_of_the_administrator_that_came_later_count() -> None:
    assert "To have Switchhook's back" in desired_wording.superseded(row(), ["pjsip.conf:3"])
    assert "which ends that" in desired_wording.superseded(row(moving=True), ["pjsip.conf:3"])
    assert desired_wording.extended("101", ["pjsip.conf:3"]).startswith("pjsip.conf:3 goes on with")


def test_a_mailbox_that_a_phone_brought_along_goes_on() -> None:
    said = desired_wording.own_mailbox("101")
    assert "/ext set 101 voicemail_enabled=false" in said
    assert "flask ext release 101" in said
