"""What Asterisk has lost, or could not take yet, is noticed, said, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import update

from handlers import wording
from models.extension import Extension, State
from pbx import extensions
from pbx.publish import publish
from pbx.publishing import drift
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live, insert, live, reason, registers, shown, states
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("impatient")


def restart(asterisk: Asterisk) -> None:
    asterisk.kill()
    asterisk.start()


def look(system: Services) -> None:
    """As the listener does every minute."""
    drift.mark_lost_pending(system)
    publish(system)


def test_an_asterisk_that_loads_nothing_is_noticed_and_nobody_reads_verified(
    system: Services, asterisk: Asterisk
) -> None:
    secret = create(system, "101").secret
    create_live(system, "102")
    extensions.disable(system, "102", by=TESTER)
    path = system.settings.pjsip_path
    path.write_text(path.read_text() + "[x](nowhere)\ntype=aor\n")
    restart(asterisk)
    assert not shown(system, "101")
    look(system)
    assert states(system) == {"101": State.PENDING, "102": State.LIVE}
    said = wording.configuration(extensions.get(system, "101"))
    assert said.startswith("saved, not live yet: Asterisk does not have it any more")
    assert "loads nothing of pjsip.conf): there is no endpoint 101" in said
    path.write_text(path.read_text().replace("[x](nowhere)", "[x]"))
    publish(system)
    assert states(system) == {"101": State.LIVE, "102": State.LIVE}
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())


def test_an_endpoint_without_its_aor_is_lost_too(system: Services, asterisk: Asterisk) -> None:
    create_live(system, "101")
    path = system.settings.pjsip_path
    twice = "[hand]\ntype=aor\n[hand]\ntype=aor\n"
    path.write_text(path.read_text() + twice)
    restart(asterisk)
    drift.mark_lost_pending(system)
    assert states(system) == {"101": State.PENDING}


def test_with_nothing_lost_nothing_is_pending(system: Services, asterisk: Asterisk) -> None:
    drift.mark_lost_pending(system)
    create_live(system, "101")
    reloads = asterisk.reload_counts()
    look(system)
    assert (states(system), asterisk.reload_counts()) == ({"101": State.LIVE}, reloads)


@pytest.fixture
def renamed(asterisk: Asterisk) -> Iterator[None]:
    """After it Asterisk listens by the transports' old names again, for whoever shares it."""
    yield
    asterisk.reset()
    restart(asterisk)


@pytest.mark.usefixtures("renamed")
def test_a_renamed_transport_waits_for_the_restart_and_then_all_is_live_by_itself(
    system: Services, asterisk: Asterisk
) -> None:
    secret = create(system, "101").secret
    path = system.settings.pjsip_path
    path.write_text(path.read_text().replace("[transport-udp]", "[my-udp]"))
    asterisk.cli("module reload res_pjsip.so")
    create(system, "109")
    assert states(system) == {"101": State.PENDING, "109": State.PENDING}
    for number in ("101", "109"):
        assert "there is no transport my-udp" in reason(system, number)
        assert "systemctl restart asterisk" in reason(system, number)
    restart(asterisk)
    publish(system)
    assert states(system) == {"101": State.LIVE, "109": State.LIVE}
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())


def test_a_refused_extension_is_retried_when_asterisk_may_be_another(system: Services) -> None:
    insert(system, "102", codecs=["nonsense"])
    publish(system)
    assert states(system) == {"102": State.FAILED}
    with system.database.session() as session:
        session.exec(update(Extension).values(codecs=["ulaw"]))
    drift.mark_refused_pending(system)
    publish(system)
    assert states(system) == {"102": State.LIVE}


def test_lines_that_are_added_to_ours_are_named_where_they_stand(
    system: Services, asterisk: Asterisk
) -> None:
    create_live(system, "101")
    path = system.settings.pjsip_path
    by_hand = path.read_text()
    path.write_text(f"{by_hand}\n[101](+)\nallow=gsm\n")
    line = path.read_text().split("\n").index("[101](+)") + 1
    asterisk.cli("module reload res_pjsip.so")
    extensions.verify(system, "101", by=TESTER)
    assert states(system) == {"101": State.PENDING}
    assert "allow is '(ulaw|alaw|g722|gsm)'" in reason(system, "101")
    assert f"{path}:{line} adds to Switchhook's [101] by (+): take out there" in reason(system, "101")
    assert "log" not in reason(system, "101")
    path.write_text(by_hand)
    live(extensions.verify(system, "101", by=TESTER))
