"""Marks in words from outside: what Slack would format is shown as it stands, and what it would not is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.blocks import escape
from handlers.slack.command_text import split
from handlers.slack.formatting import neutralised, typed
from tests.slack_stand_in.obeyed import obeyed

HARMLESS = [
    "max_contacts=2",
    "/etc/asterisk/pjsip_wizard.conf",
    "2001:db8::1",
    "[2001:db8::1]:5060",
    "12:30:45",
    "192.0.2.7:5062",
    "extensions.ael:12: it stands there",
    "sip:101@pbx.example:5060",
    "00:04:13:0a:bb:13",
    "chown asterisk:asterisk /etc/asterisk",
    "a_b a__b café_x",
    "pjsip.conf~",
    "2 > 1",
    "a _ b ~ c",
]
OBEYED = {
    "*bold*": "∗bold∗",
    "_italic_": "ˍitalic_",
    "__init__": "ˍˍinit__",
    "a ~_b_~": "a ∼ˍb_∼",
    "~gone~": "∼gone~",
    "`code`": "ˋcodeˋ",
    ":smile:": "꞉smile:",
    ":smile::tada:": "꞉smile:꞉tada:",
    ":smile:tada:": "꞉smile꞉tada:",
    "over:arrow_down:there": "over꞉arrow_down꞉there",
    "extensions.conf:100: it stands there": "extensions.conf꞉100: it stands there",
    "2001:db8:cd::1": "2001:db8꞉cd::1",
    "\u200b_italic_": "\u200bˍitalic_",
    "＊bold＊ ＿italic＿ ｀code｀": "∗bold∗ ˍitalic＿ ˋcodeˋ",
    "> quoted": "\u00ad> quoted",
    "a\n > quoted": "a\n \u00ad> quoted",
}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_cannot_format_is_copied_byte_for_byte(text: str) -> None:
    assert neutralised(text) == text


@pytest.mark.parametrize("text", OBEYED)
def test_what_slack_would_obey_is_shown_by_characters_that_look_the_same(text: str) -> None:
    assert neutralised(text) == OBEYED[text]
    escaped = text.replace(">", "&gt;")
    assert obeyed({"text": escaped, "parse": "none"}) != []
    assert obeyed({"text": escape(text), "parse": "none"}) == []


@given(st.text(st.sampled_from("*_~`:>ab1é \n\u200b＊＿｀"), max_size=30))
def test_nothing_is_obeyed_whatever_marks_there_are(text: str) -> None:
    for shown in (escape(text), f"1 {escape(text)} 2"):
        assert obeyed({"text": shown, "parse": "none"}) == []
    ours = obeyed({"text": f"*1 {escape(text.replace(chr(10), ' '))} 2*", "parse": "none"})
    assert [len(each) for each in ours] == [len(escape(text.replace("\n", " "))) + 6]


def test_no_emoji_ends_in_the_colon_of_our_own() -> None:
    assert obeyed({"text": f"{escape('Bob :smile')}: offline", "parse": "none"}) == []


def test_what_is_copied_back_into_a_command_is_what_it_was() -> None:
    text = "*bold* _italic_ ~gone~ `code` :smile: > 1"
    assert typed(neutralised(text)) == text
    assert split(f"set 101 name={escape('*Bob*')}") == ["set", "101", "name=*Bob*"]
