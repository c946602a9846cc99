"""A number that the administrator writes by hand later is theirs: Switchhook's lines leave, everybody else stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers import wording
from models.extension import State
from models.fields import Changes
from pbx import extensions
from pbx.contacts import contacts_of
from pbx.errors import AsteriskUnavailable, NumberTaken
from pbx.managed_numbers import ManagedNumbers
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    dialplan,
    live,
    reason,
    registers,
    shown,
    states,
)
from tests.slash_commands import TESTER

BY_HAND = """
[155]
type=endpoint
context=lobby
allow=ulaw
auth=155
aors=155
[155]
type=auth
username=155
password=written-by-hand
[155]
type=aor
max_contacts=3
"""


def above(path: Path, text: str) -> None:
    path.write_text(text + path.read_text())


def below(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_a_number_written_by_hand_later_is_the_administrators(system: Services, asterisk: Asterisk) -> None:
    secret = create(system, "101").secret
    create_live(system, "155")
    path = system.settings.pjsip_path
    below(path, BY_HAND)
    places = {str(line) for line, text in enumerate(path.read_text().splitlines(), 1) if text == "[155]"}
    asterisk.kill()
    asterisk.start()
    assert not shown(system, "101")  # Asterisk loads nothing of a file with a number twice
    publish(system)
    assert states(system) == {"101": State.LIVE, "155": State.FAILED}
    assert set(re.findall(rf"{path}:(\d+)", reason(system, "155"))) < places  # the others are ours
    assert "/ext verify 155" in reason(system, "155")
    assert shown(system, "155")["endpoint"]["Context"] == "lobby"
    assert BY_HAND in path.read_text()
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())
    create_live(system, "102")
    before = contents(system.settings)
    publish(system)
    assert contents(system.settings) == before
    assert not ManagedNumbers(system.database)("155")


def test_its_phone_stays_registered_and_is_not_listed_as_ours(system: Services, asterisk: Asterisk) -> None:
    create_live(system, "155")
    below(system.settings.pjsip_path, BY_HAND)
    publish(system)
    with Phone("155", "written-by-hand", asterisk.sip_domain) as phone:
        phone.register()
        assert not extensions.status(system, "155").registered
        assert not extensions.listing(system)[0].registered
        for use_case in (extensions.disable, extensions.delete):
            use_case(system, "155", by=TESTER)
            assert len(contacts_of(system.settings, "155")) == 1
    assert states(system) == {}
    assert shown(system, "155")["endpoint"]["Context"] == "lobby"


def test_verify_names_the_lines_and_takes_the_number_back_once_they_are_gone(
    system: Services, asterisk: Asterisk
) -> None:
    secret = create(system, "155").secret
    path = system.settings.pjsip_path
    below(path, BY_HAND)
    publish(system)
    with pytest.raises(NumberTaken, match=r"155 was already written by hand at .*pjsip.conf:\d+"):
        extensions.verify(system, "155", by=TESTER)
    path.write_text(path.read_text().replace(BY_HAND, ""))
    publish(system)
    assert states(system) == {"155": State.FAILED}  # nobody has asked for it yet
    live(extensions.verify(system, "155", by=TESTER))
    assert secret is not None
    registers(asterisk, "155", secret.get_secret_value())


def test_the_fallback_of_a_refused_change_leaves_too(system: Services) -> None:
    create_live(system, "155", context="sales")
    create_live(system, "101")
    below(system.settings.extensions_path, "[lab]\nexten => 155,1,NoOp(lab)\n")
    with pytest.raises(NumberTaken):
        extensions.change(system, "155", Changes(context="lab"), by=TESTER)
    below(system.settings.pjsip_path, BY_HAND)
    publish(system)
    assert states(system) == {"101": State.LIVE, "155": State.FAILED}
    assert extensions.get(system, "155").last_verified is None
    assert shown(system, "155")["endpoint"]["Context"] == "lobby"


@pytest.mark.parametrize("write", [above, below])
def test_steps_written_by_hand_later_are_the_administrators_and_the_phone_stays(
    system: Services, asterisk: Asterisk, write: Callable[[Path, str], None]
) -> None:
    secret = create(system, "155").secret
    path = system.settings.extensions_path
    before = path.read_text()
    steps = (
        "[from-internal]\nexten => 155,1,NoOp(by hand)\n same => n,Wait(1)\nexten => 155,hint,Custom:lamp\n"
    )
    write(path, steps)
    line = path.read_text().split("\n").index("exten => 155,1,NoOp(by hand)") + 1
    asterisk.cli("dialplan reload")
    publish(system)
    assert states(system) == {"155": State.LIVE}
    said = wording.configuration(extensions.get(system, "155"))
    assert f"verified in Asterisk; what calls to 155 do is written by hand at {path}:{line}" in said
    assert "exten => 155,1,NoOp(Call" not in path.read_text()
    mine = sorted(step for step in dialplan(system, "155") if step[0] == "155")
    assert mine == [("155", "Custom:lamp", ""), ("155", "NoOp", "by hand"), ("155", "Wait", "1")]
    assert secret is not None
    registers(asterisk, "155", secret.get_secret_value())
    live(extensions.change(system, "155", Changes(name="Bob"), by=TESTER))
    assert sorted(step for step in dialplan(system, "155") if step[0] == "155") == mine
    path.write_text(path.read_text().replace(steps, ""))
    publish(system)
    assert (
        path.read_text().count("exten => 155,1,NoOp(Call to extension 155)")
        == before.count("155,1,NoOp")
        == 1
    )
    assert ("155", "Dial", "PJSIP/155,30") in dialplan(system, "155")
    assert (states(system), reason(system, "155")) == ({"155": State.LIVE}, "")


def test_a_transport_taken_away_is_said_and_nobody_is_locked_out(
    system: Services, asterisk: Asterisk
) -> None:
    path = system.settings.pjsip_path
    transport = "\n[transport-tls]\ntype=transport\nprotocol=tls\nbind=127.0.0.1:0\n"
    above(path, transport)
    create_live(system, "155", transport="tls")
    path.write_text(path.read_text().replace(transport, ""))
    create_live(system, "101")
    assert states(system) == {"101": State.LIVE, "155": State.FAILED}
    assert "no TLS transport" in reason(system, "155")
    assert shown(system, "155")["endpoint"]["Transport"] == "transport-tls"
    above(path, transport)
    live(extensions.verify(system, "155", by=TESTER))


def test_an_endpoint_that_the_administrator_adds_to_stays_until_the_addition_is_gone(
    system: Services, asterisk: Asterisk
) -> None:
    """`[155](+)` without a [155] makes Asterisk load nothing of the file."""
    create_live(system, "101")
    create_live(system, "155")
    path = system.settings.pjsip_path
    addition = "\n[155](+)\nlanguage=de\n"
    below(path, addition)
    live(extensions.verify(system, "155", by=TESTER))
    disabled = extensions.disable(system, "155", by=TESTER).extension
    deleted = extensions.delete(system, "155", by=TESTER).extension
    for row in (disabled, deleted):
        assert row is not None
        assert f"{path}:" in (row.reason or "")
        assert "take that out first" in (row.reason or "")
    asterisk.kill()
    asterisk.start()
    assert shown(system, "101")
    path.write_text(path.read_text().replace(addition, ""))
    publish(system)
    assert states(system) == {"101": State.LIVE}
    assert not shown(system, "155")


def test_a_number_written_by_hand_is_not_called_verified_while_asterisk_is_away(
    system: Services, asterisk: Asterisk
) -> None:
    create_live(system, "155")
    asterisk.kill()
    below(system.settings.pjsip_path, BY_HAND)
    with pytest.raises(AsteriskUnavailable):
        publish(system)
    assert states(system) == {"155": State.FAILED}
    asterisk.start()
    publish(system)
    assert shown(system, "155")["endpoint"]["Context"] == "lobby"
