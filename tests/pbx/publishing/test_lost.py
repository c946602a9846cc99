"""What Asterisk has lost, or could not take yet, is noticed, said, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import update

from handlers import wording
from models.extension import Extension, State
from pbx import extensions
from pbx.publish import publish
from pbx.publishing import lost
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live, insert, live, reason, registers, shown, states
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("impatient")


def restart(asterisk: Asterisk) -> None:
    asterisk.kill()
    asterisk.start()


def look(services: Services) -> None:
    """As the listener does every minute."""
    lost.mark_lost_pending(services)
    publish(services)


def test_an_asterisk_that_loads_nothing_is_noticed_and_nobody_reads_verified(
    services: Services, asterisk: Asterisk
) -> None:
    secret = create(services, "101").secret
    create_live(services, "102")
    extensions.disable(services, "102", by=TESTER)
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "[x](nowhere)\ntype=aor\n")
    restart(asterisk)
    assert not shown(services, "101")
    look(services)
    assert states(services) == {"101": State.PENDING, "102": State.LIVE}
    said = wording.configuration(extensions.get(services, "101"))
    assert said.startswith("saved, not live yet: Asterisk does not have it any more")
    assert "loads nothing of pjsip.conf): there is no endpoint 101" in said
    path.write_text(path.read_text().replace("[x](nowhere)", "[x]"))
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())


def test_an_endpoint_without_its_aor_is_lost_too(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    twice = "[hand]\ntype=aor\n[hand]\ntype=aor\n"
    path.write_text(path.read_text() + twice)
    restart(asterisk)
    lost.mark_lost_pending(services)
    assert states(services) == {"101": State.PENDING}


def test_with_nothing_lost_nothing_is_pending(services: Services, asterisk: Asterisk) -> None:
    lost.mark_lost_pending(services)
    create_live(services, "101")
    reloads = asterisk.reload_counts()
    look(services)
    assert (states(services), asterisk.reload_counts()) == ({"101": State.LIVE}, reloads)


@pytest.fixture
def renamed(asterisk: Asterisk) -> Iterator[None]:
    """After it Asterisk listens by the transports' old names again, for whoever shares it."""
    yield
    asterisk.reset()
    restart(asterisk)


@pytest.mark.usefixtures("renamed")
def test_a_renamed_transport_waits_for_the_restart_and_then_all_is_live_by_itself(
    services: Services, asterisk: Asterisk
) -> None:
    secret = create(services, "101").secret
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("[transport-udp]", "[my-udp]"))
    asterisk.cli("module reload res_pjsip.so")
    create(services, "109")
    assert states(services) == {"101": State.PENDING, "109": State.PENDING}
    for number in ("101", "109"):
        assert "there is no transport my-udp" in reason(services, number)
        assert "systemctl restart asterisk" in reason(services, number)
    restart(asterisk)
    publish(services)
    assert states(services) == {"101": State.LIVE, "109": State.LIVE}
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())


def test_a_refused_extension_is_retried_when_asterisk_may_be_another(services: Services) -> None:
    insert(services, "102", codecs=["nonsense"])
    publish(services)
    assert states(services) == {"102": State.FAILED}
    with services.database.session() as session:
        session.exec(update(Extension).values(codecs=["ulaw"]))
    lost.mark_refused_pending(services)
    publish(services)
    assert states(services) == {"102": State.LIVE}


def test_lines_that_are_added_to_ours_are_named_where_they_stand(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    by_hand = path.read_text()
    path.write_text(f"{by_hand}\n[101](+)\nallow=gsm\n")
    line = path.read_text().split("\n").index("[101](+)") + 1
    asterisk.cli("module reload res_pjsip.so")
    extensions.verify(services, "101", by=TESTER)
    assert states(services) == {"101": State.PENDING}
    assert "allow is '(ulaw|alaw|g722|gsm)'" in reason(services, "101")
    assert f"{path}:{line} adds to Switchhook's [101] by (+): take out there" in reason(services, "101")
    assert "log" not in reason(services, "101")
    path.write_text(by_hand)
    live(extensions.verify(services, "101", by=TESTER))
