"""A number that the administrator writes by hand later is theirs: Switchhook's lines leave, everybody else stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers import wording
from models.extension import State
from models.fields import Changes
from pbx import directory, extensions
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


def test_a_number_written_by_hand_later_is_the_administrators(services: Services, asterisk: Asterisk) -> None:
    secret = create(services, "101").secret
    create_live(services, "155")
    path = services.settings.pjsip_path
    below(path, BY_HAND)
    places = {str(line) for line, text in enumerate(path.read_text().splitlines(), 1) if text == "[155]"}
    asterisk.kill()
    asterisk.start()
    assert not shown(services, "101")  # Asterisk loads nothing of a file with a number twice
    publish(services)
    assert states(services) == {"101": State.LIVE, "155": State.FAILED}
    assert set(re.findall(rf"{path}:(\d+)", reason(services, "155"))) < places  # the others are ours
    assert "/ext verify 155" in reason(services, "155")
    assert shown(services, "155")["endpoint"]["Context"] == "lobby"
    assert BY_HAND in path.read_text()
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())
    create_live(services, "102")
    before = contents(services.settings)
    publish(services)
    assert contents(services.settings) == before
    assert not ManagedNumbers(services.database)("155")


def test_its_phone_stays_registered_and_is_not_listed_as_ours(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "155")
    below(services.settings.pjsip_path, BY_HAND)
    publish(services)
    with Phone("155", "written-by-hand", asterisk.sip_domain) as phone:
        phone.register()
        assert not directory.status(services, "155").registered
        assert not directory.listing(services)[0].registered
        for use_case in (extensions.disable, extensions.delete):
            use_case(services, "155", by=TESTER)
            assert len(contacts_of(services.settings, "155")) == 1
    assert states(services) == {}
    assert shown(services, "155")["endpoint"]["Context"] == "lobby"


def test_verify_names_the_lines_and_takes_the_number_back_once_they_are_gone(
    services: Services, asterisk: Asterisk
) -> None:
    secret = create(services, "155").secret
    path = services.settings.pjsip_path
    below(path, BY_HAND)
    publish(services)
    with pytest.raises(NumberTaken, match=r"155 was already written by hand at .*pjsip.conf:\d+"):
        extensions.verify(services, "155", by=TESTER)
    path.write_text(path.read_text().replace(BY_HAND, ""))
    publish(services)
    assert states(services) == {"155": State.FAILED}  # nobody has asked for it yet
    live(extensions.verify(services, "155", by=TESTER))
    assert secret is not None
    registers(asterisk, "155", secret.get_secret_value())


def test_the_fallback_of_a_refused_change_leaves_too(services: Services) -> None:
    create_live(services, "155", context="sales")
    create_live(services, "101")
    below(services.settings.extensions_path, "[lab]\nexten => 155,1,NoOp(lab)\n")
    with pytest.raises(NumberTaken):
        extensions.change(services, "155", Changes(context="lab"), by=TESTER)
    below(services.settings.pjsip_path, BY_HAND)
    publish(services)
    assert states(services) == {"101": State.LIVE, "155": State.FAILED}
    assert extensions.get(services, "155").last_verified is None
    assert shown(services, "155")["endpoint"]["Context"] == "lobby"


@pytest.mark.parametrize("write", [above, below])
def test_steps_written_by_hand_later_are_the_administrators_and_the_phone_stays(
    services: Services, asterisk: Asterisk, write: Callable[[Path, str], None]
) -> None:
    secret = create(services, "155").secret
    path = services.settings.extensions_path
    before = path.read_text()
    steps = (
        "[from-internal]\nexten => 155,1,NoOp(by hand)\n same => n,Wait(1)\nexten => 155,hint,Custom:lamp\n"
    )
    write(path, steps)
    line = path.read_text().split("\n").index("exten => 155,1,NoOp(by hand)") + 1
    asterisk.cli("dialplan reload")
    publish(services)
    assert states(services) == {"155": State.LIVE}
    said = wording.configuration(extensions.get(services, "155"))
    assert f"verified in Asterisk; what calls to 155 do is written by hand at {path}:{line}" in said
    assert "exten => 155,1,NoOp(Call" not in path.read_text()
    mine = sorted(step for step in dialplan(services, "155") if step[0] == "155")
    assert mine == [("155", "Custom:lamp", ""), ("155", "NoOp", "by hand"), ("155", "Wait", "1")]
    assert secret is not None
    registers(asterisk, "155", secret.get_secret_value())
    live(extensions.change(services, "155", Changes(name="Bob"), by=TESTER))
    assert sorted(step for step in dialplan(services, "155") if step[0] == "155") == mine
    path.write_text(path.read_text().replace(steps, ""))
    publish(services)
    assert (
        path.read_text().count("exten => 155,1,NoOp(Call to extension 155)")
        == before.count("155,1,NoOp")
        == 1
    )
    assert ("155", "Dial", "PJSIP/155,30") in dialplan(services, "155")
    assert (states(services), reason(services, "155")) == ({"155": State.LIVE}, "")


def test_a_transport_taken_away_is_said_and_nobody_is_locked_out(
    services: Services, asterisk: Asterisk
) -> None:
    path = services.settings.pjsip_path
    transport = "\n[transport-tls]\ntype=transport\nprotocol=tls\nbind=127.0.0.1:0\n"
    above(path, transport)
    create_live(services, "155", transport="tls")
    path.write_text(path.read_text().replace(transport, ""))
    create_live(services, "101")
    assert states(services) == {"101": State.LIVE, "155": State.FAILED}
    assert "no TLS transport" in reason(services, "155")
    assert shown(services, "155")["endpoint"]["Transport"] == "transport-tls"
    above(path, transport)
    live(extensions.verify(services, "155", by=TESTER))


def test_an_endpoint_that_the_administrator_adds_to_stays_until_the_addition_is_gone(
    services: Services, asterisk: Asterisk
) -> None:
    """`[155](+)` without a [155] makes Asterisk load nothing of the file."""
    create_live(services, "101")
    create_live(services, "155")
    path = services.settings.pjsip_path
    addition = "\n[155](+)\nlanguage=de\n"
    below(path, addition)
    live(extensions.verify(services, "155", by=TESTER))
    disabled = extensions.disable(services, "155", by=TESTER).extension
    deleted = extensions.delete(services, "155", by=TESTER).extension
    for row in (disabled, deleted):
        assert row is not None
        assert f"{path}:" in (row.reason or "")
        assert "take that out first" in (row.reason or "")
    asterisk.kill()
    asterisk.start()
    assert shown(services, "101")
    path.write_text(path.read_text().replace(addition, ""))
    publish(services)
    assert states(services) == {"101": State.LIVE}
    assert not shown(services, "155")


def test_a_number_written_by_hand_is_not_called_verified_while_asterisk_is_away(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "155")
    asterisk.kill()
    below(services.settings.pjsip_path, BY_HAND)
    with pytest.raises(AsteriskUnavailable):
        publish(services)
    assert states(services) == {"155": State.FAILED}
    asterisk.start()
    publish(services)
    assert shown(services, "155")["endpoint"]["Context"] == "lobby"
