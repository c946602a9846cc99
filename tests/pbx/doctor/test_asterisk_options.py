"""What GetConfig answers about a section is read as Asterisk reads the file: the last line counts, a template's none."""

from __future__ import annotations

from pbx.ami_messages import Message
from pbx.doctor.asterisk_options import option


def test_the_last_line_of_an_option_counts_and_a_template_has_none() -> None:
    answer = {"Line-000000-000000": "format=gsm", "Line-000000-000001": "format => wav|gsm"}
    assert option(Message(answer), "format", "wav") == "wav|gsm"
    assert option(Message(answer), "maxmsg", "100") == "100"
    assert option(Message(answer | {"IsTemplate-000000": "1"}), "format", "wav") == "wav"
