"""`/ext audit` and `flask ext audit`, through gunicorn and the command line."""

from __future__ import annotations

import re

from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_slack_and_the_command_line_tell_who_changed_what(admin: SlackUser, switchhook: Switchhook) -> None:
    say(admin, "create 160 Alice secret=first-secret")
    environment = switchhook.environment | {"SUDO_USER": "dora"}
    switchhook.flask("ext", "set", "160", "--name=Bob", "--secret=second-secret", environment=environment)
    in_slack, in_a_terminal = say(admin, "audit 160"), switchhook.flask("ext", "audit", "160").stdout
    for answer in (in_slack, in_a_terminal):
        assert "dora (command line) changed 160: name Alice → Bob; password changed" in answer
        assert "-secret" not in answer
    assert re.search(r"@U0ADMIN01 created 160: name Alice$", in_slack, re.MULTILINE)
    assert re.search(r"Slack user U0ADMIN01 created 160: name Alice$", in_a_terminal, re.MULTILINE)
    assert '"by": "slack:U0ADMIN01"' in switchhook.log_text()


def test_routes_of_alerts_are_kept_too(admin: SlackUser) -> None:
    say(admin, "alerts here calls 160-169")
    say(admin, "alerts off calls 160-169")
    assert "routed calls of 160-169: channel C" in (shown := say(admin, "audit"))
    assert " → nowhere" in shown


def test_the_audit_is_for_admins(guest: SlackUser) -> None:
    assert "Only phone admins can" in say(guest, "audit")
