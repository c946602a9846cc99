"""The use cases on a real Asterisk, with real phones."""

from __future__ import annotations

from typing import Any

import pytest

from models.fields import Changes
from pbx import extensions, numbers
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import NumberTaken, Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk, RegistrationFailed
from tests.asterisk_bed.configuration import EXTENSIONS_CONF, PJSIP_CONF
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    has_exten,
    live,
    registers,
    shown,
)
from tests.slash_commands import TESTER


def test_create_says_live_only_when_asterisk_has_it_and_a_phone_registers(
    services: Services, asterisk: Asterisk
) -> None:
    outcome = create(services, "101", "Alice")
    assert live(outcome).reason is None
    assert outcome.secret is not None
    assert "101@from-internal" in asterisk.cli("core show hints").replace(" ", "")
    registers(asterisk, "101", outcome.secret.get_secret_value())
    assert asterisk.reload_counts() == {"res_pjsip.so": 1, "pbx_config.so": 1}


def test_a_rotated_secret_locks_out_the_old_one(services: Services, asterisk: Asterisk) -> None:
    old, new = create(services, "101").secret, extensions.rotate_secret(services, "101", by=TESTER).secret
    assert old is not None
    assert new is not None
    with pytest.raises(RegistrationFailed):
        registers(asterisk, "101", old.get_secret_value())
    registers(asterisk, "101", new.get_secret_value())


def test_a_disabled_extension_is_gone_from_asterisk_until_enabled(
    services: Services, asterisk: Asterisk
) -> None:
    secret = create(services, "101").secret
    assert secret is not None
    assert not live(extensions.disable(services, "101", by=TESTER)).enabled
    assert not shown(services, "101")
    assert not has_exten(services, "101")
    with pytest.raises(RegistrationFailed):
        registers(asterisk, "101", secret.get_secret_value())
    live(extensions.enable(services, "101", by=TESTER))
    registers(asterisk, "101", secret.get_secret_value())


def test_a_deleted_extension_leaves_nothing_behind(services: Services) -> None:
    create_live(services, "102")
    before = contents(services.settings)
    create_live(services, "101")
    assert extensions.delete(services, "101", by=TESTER).extension is None
    assert contents(services.settings) == before
    assert not shown(services, "101")
    assert not has_exten(services, "101")
    assert has_exten(services, "102")


SETTINGS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"caller_id": 'The "Boss"; \\ \u5f20'}, "endpoint", "Callerid", '"The \\"Boss\\"; \\\\ \u5f20" <101>'),
    ({"context": "sales"}, "endpoint", "Context", "sales"),
    ({"transport": "tcp"}, "endpoint", "Transport", "transport-tcp"),
    ({"codecs": "g722,ulaw"}, "endpoint", "Allow", "(g722|ulaw)"),
    ({"direct_media": True}, "endpoint", "DirectMedia", "true"),
    ({"max_contacts": 3}, "aor", "MaxContacts", "3"),
    ({"qualify_frequency": 0}, "aor", "QualifyFrequency", "0"),
    ({"secret": "#a;b=c'd>e<f\u007e"}, "auth", "Password", "#a;b=c'd>e<f~"),
]


def test_every_setting_reaches_asterisk(services: Services) -> None:
    create_live(services, "101")
    changes = {name: value for given, *_ in SETTINGS for name, value in given.items()}
    live(extensions.change(services, "101", Changes(**changes), by=TESTER))
    events = shown(services, "101")
    assert [events[kind][header] for _, kind, header, _ in SETTINGS] == [each[-1] for each in SETTINGS]


def test_settings_that_asterisk_does_not_know_are_kept_too(services: Services, asterisk: Asterisk) -> None:
    changes = Changes(email="a@b.example", slack_user_id="U0ALICE", notes="by the window")
    create_live(services, "101")
    row = live(extensions.change(services, "101", changes, by=TESTER))
    assert (row.email, row.slack_user_id, row.notes) == ("a@b.example", "U0ALICE", "by the window")
    assert live(extensions.change(services, "101", Changes(email=""), by=TESTER)).email is None
    assert asterisk.reload_counts()["res_pjsip.so"] == 1


def test_another_context_moves_the_dialplan_entry_with_no_leftovers(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    live(extensions.change(services, "101", Changes(context="sales"), by=TESTER))
    assert has_exten(services, "101", "sales")
    assert not has_exten(services, "101")
    hints = asterisk.cli("core show hints").replace(" ", "")
    assert "101@sales" in hints
    assert "101@from-internal" not in hints
    asterisk.cli("dialplan reload")
    assert has_exten(services, "101", "sales")
    assert not has_exten(services, "101")


def test_a_taken_number_is_refused_naming_its_owner(services: Services) -> None:
    create_live(services, "101", "Alice")
    with pytest.raises(Refusal, match=r"101 is taken by Alice.*leave the number out"):
        create(services, "101", "Bob")
    assert extensions.get(services, "101").name == "Alice"


def test_the_next_free_number_goes_round_hand_written_ones(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk(
        pjsip_conf=PJSIP_CONF + "\n[100]\ntype=endpoint\n",
        extensions_conf=EXTENSIONS_CONF + "\n[from-internal]\nexten => 102,1,Hangup()\n",
    )
    create_live(services, "101")
    assert create_live(services, None, "Bob").number == "103"  # type: ignore[arg-type]


def test_a_full_range_says_so(asterisk: Asterisk, services_on: ServicesOn) -> None:
    services = services_on(asterisk, EXTENSION_RANGE="100-101")
    assert [create_live(services, None).number for _ in range(2)] == ["100", "101"]  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="every number of 100-101 is taken"):
        create(services, None)
    create_live(services, "2001")


def test_the_second_of_two_hears_who_was_faster_though_that_one_is_live_already(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = numbers.files

    def read_before_the_other(services: Services) -> ConfigOnDisk | None:
        found = read(services)
        monkeypatch.undo()
        create_live(services, "155", "Bob")
        return found

    monkeypatch.setattr(numbers, "files", read_before_the_other)
    with pytest.raises(NumberTaken, match="155 is taken by Bob"):
        create(services, "155")
