"""Secrets in lines of configuration files are masked, and Slack is told what cannot be one."""

from __future__ import annotations

import pytest

from pbx import dialplan, pjsip
from pbx.config import masks
from tests.pbx.test_pjsip_differences import ALICE, TRANSPORTS

SECRETS = (
    "password=Hidden12",
    "password => Hidden12",
    ";password = Hidden12 ; his",
    ";switchhook-adopted 101; password=Hidden12",
    "inbound_auth/password = Hidden12",
    "md5_cred=Hidden12",
    "secret=Hidden12",
    "passphrase=Hidden12",
    "pin=Hidden12",
    "set_var=DOOR_PIN=Hidden12",
    "setvar = PIN=Hidden12",
    "endpoint/set_var = Hint=Hidden12",
    "refresh_token=Hidden12",
    "api_key=Hidden12",
    "; old pw of Jane: Hidden12, now Hidden12",
    "max_contacts=1 ; the password is Hidden12",
    "exten => 9,1,Authenticate(Hidden12)",
    "exten => 9,1,Authenticate,Hidden12",
    " same => n,DISA(Hidden12,from-internal)",
    " same => n,Set(SIP_PASS=Hidden12)",
    " same => n,System(curl -u bot:Hidden12 https://example.com)",
    " same => n,Set(X=${CURL(https://u:Hidden12@example.com/)})",
    ' same => n,Set(CURLOPT(httpheader)="Authorization: Bearer Hidden12")',
    "register => 101:Hidden12@sip.example.com/101",
    "contact=sip:101:Hidden12@192.0.2.7:5060",
    "DATABASE_URL=postgresql+psycopg://switchhook:Hidden12@db/switchhook",
    "REDIS_URL=redis://:Hidden12@db",
    "101 => Hidden12,Alice,alice@example.com",
)


@pytest.mark.parametrize("line", SECRETS)
def test_what_may_be_a_secret_is_masked(line: str) -> None:
    for prefix in ("", "+"):  # as in a diff
        assert "Hidden12" not in masks.masked(prefix + line)
        assert masks.MASK in masks.masked(prefix + line)


@pytest.mark.parametrize(
    "line", ["alice => 4711,Alice", "+alice => -4711,Alice", "101 => 4711", "101=4711,Alice"]
)
def test_the_pin_of_a_mailbox_is_masked(line: str) -> None:
    assert "4711" not in masks.masked(line)
    assert "4711" not in masks.told(line)


@pytest.mark.parametrize("line", [*SECRETS, "pasword=Hidden12", "; Jane: Hidden12", "pasword Hidden12"])
def test_slack_is_not_told_it_either(line: str) -> None:
    assert "Hidden12" not in masks.told(line)


@pytest.mark.parametrize(
    "line",
    [
        'callerid="Alice" <101>',
        "auth=101",
        "auth_type=userpass",
        "password=",
        "[password]",
        "mapping=spinner",
        "contact=sip:101@192.0.2.7:5060",
        "match=[2001:db8::1]:5060",
        "101_glahmndi => -none,Extension 101,,,attach=no",
        "exten => 1,1,Dial(PJSIP/101)",
        " same => n,Dial(PJSIP/101@trunk/sip:101@example.com:5060,30)",
    ],
)
def test_everything_else_is_shown(line: str) -> None:
    assert masks.masked(line) == line


def test_what_switchhook_writes_is_masked_in_the_password_alone() -> None:
    extens = [dialplan.exten(ALICE.number, ALICE.context)]
    text = pjsip.render([ALICE], TRANSPORTS, {}) + dialplan.render(extens, dialplan.range_extens(100, 199))
    changed = [line for line in text.split("\n") if masks.masked(line) != line]
    assert changed == ["password=se\\;cret"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("max_contacts=7 ; for now", "max_contacts=7"),
        ('callerid="Alice" <101>', 'callerid="Alice" <101>'),
        ("set_var=PIN=1", "set_var=…"),
        ("[101](!,phone) ; hers", "[101](!,phone)"),
        ("; whatever", "a comment"),
        ("whatever", "a line"),
        ("include => door ; mine", "include => door"),
        ("exten => 101,1,Dial(PJSIP/101,60)", "exten => 101,1,Dial(PJSIP/101,60)"),
        ("exten => 101,1,Dial(PJSIP/101,60,hush)", "exten => 101,1,Dial(…)"),
        (" same => n(there),Hangup", "same => n(there),Hangup"),
        ("exten => 101,hint,PJSIP/101", "exten => 101,hint,PJSIP/101"),
        ("exten => 101", "exten=…"),
        (" ", ""),
    ],
)
def test_slack_is_told_what_a_line_is(line: str, told: str) -> None:
    assert masks.told(line) == told
