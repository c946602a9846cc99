"""`flask ext adopt` and `release` show first, ask, and do it."""

from __future__ import annotations

from tests.asterisk_bed import Asterisk
from tests.handlers.hand_written import write_phone
from tests.server import Switchhook


def test_a_phone_is_adopted_and_given_back_after_it_was_shown(
    switchhook: Switchhook, asterisk: Asterisk
) -> None:
    write_phone(asterisk, "181")
    path = asterisk.config_dir / "pjsip.conf"
    before = path.read_bytes()
    asked = switchhook.flask("ext", "adopt", "181")
    assert asked.returncode == 1
    assert "1 phone would become Switchhook's; secrets and registrations stay as they are:" in asked.stdout
    assert "Adopt? [y/N]:" in asked.stdout
    assert path.read_bytes() == before

    done = switchhook.flask("ext", "adopt", "181", "--yes")
    assert done.returncode == 0
    assert "✅ Adopted, and verified in Asterisk: 181 (Extension 181)." in done.stdout
    assert "4711" not in asked.stdout + done.stdout
    status = switchhook.flask("ext", "status", "181").stdout
    assert "From your files: set_var (endpoint); remove_existing (aor)" in status
    assert "adopted 181" in switchhook.flask("ext", "audit", "181").stdout
    nothing = switchhook.flask("ext", "adopt", "181", "--yes")
    assert nothing.returncode == 1
    assert "181 stays yours: it is Switchhook's already" in nothing.stdout
    assert "Error: nothing was changed" in nothing.stderr

    back = switchhook.flask("ext", "release", "all", "--yes")
    assert back.returncode == 0
    assert "Your lines come back, byte for byte: 181." in back.stdout
    assert "✅ Yours again, registered or not as before: 181." in back.stdout
    assert path.read_bytes() == before


def test_what_was_not_adopted_is_not_given_back_with_what_was(switchhook: Switchhook) -> None:
    assert switchhook.flask("ext", "create", "182", "--name=Bob").returncode == 0
    nothing = switchhook.flask("ext", "release", "adopted", "--yes")
    assert nothing.returncode == 1
    assert nothing.stdout == "No phone would be yours again.\n"
    assert "live" in switchhook.flask("ext", "status", "182").stdout


def test_a_word_that_is_neither_a_number_nor_all_is_refused(switchhook: Switchhook) -> None:
    assert "Error:" in switchhook.flask("ext", "adopt", "everything").stderr
