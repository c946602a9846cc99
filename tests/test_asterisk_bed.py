"""The bed itself: what the other tests take for granted of Asterisk and of phones."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.asterisk_bed import Asterisk, CallFailed, Phone, PhoneTimeout, RegistrationFailed
from tests.asterisk_bed.configuration import PJSIP_CONF
from tests.waiting import wait_for

EXTENSION = """
[{number}]
type=endpoint
context=from-internal
disallow=all
allow=ulaw
transport=transport-udp
auth={number}
aors={number}
direct_media=no

[{number}]
type=auth
auth_type=userpass
username={number}
password=secret of {number}

[{number}]
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=60
"""

DIALPLAN = """
[from-internal]
exten => _1XX,1,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()
"""


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[Asterisk]:
    pjsip_conf = PJSIP_CONF + EXTENSION.format(number=101) + EXTENSION.format(number=102)
    with Asterisk(tmp_path, pjsip_conf=pjsip_conf, extensions_conf=DIALPLAN) as running:
        yield running


@pytest.fixture
def phone(asterisk: Asterisk) -> Iterator[Callable[[int], Phone]]:
    """Makes registered phones."""
    phones: list[Phone] = []

    def make(number: int) -> Phone:
        phones.append(Phone(str(number), f"secret of {number}", asterisk.sip_domain))
        phones[-1].register()
        return phones[-1]

    yield make
    for made in phones:
        made.close()


def is_alive(pid: int) -> bool:
    """False for a process that is gone or waits to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_asterisk_starts_and_answers_its_command_line(asterisk: Asterisk) -> None:
    transports = asterisk.cli("pjsip show transports")
    assert "transport-udp" in transports
    assert f"127.0.0.1:{asterisk.sip_port}" in transports
    assert "Asterisk Ready" in asterisk.log_text()


def test_a_plain_start_logs_no_error(tmp_path: Path) -> None:
    with Asterisk(tmp_path) as asterisk:
        assert " ERROR[" not in asterisk.log_text()


def test_one_phone_calls_another_and_hangs_up(phone: Callable[[int], Phone]) -> None:
    caller, callee = phone(101), phone(102)
    caller.dial("102")
    assert callee.wait_incoming() == "101"
    callee.answer()
    caller.wait_established()
    callee.wait_established()
    caller.hangup()
    callee.wait_ended()
    caller.wait_ended()


def test_a_rejected_call_is_busy_for_the_caller(phone: Callable[[int], Phone]) -> None:
    caller, callee = phone(101), phone(102)
    caller.dial("102")
    callee.wait_incoming()
    callee.reject()
    with pytest.raises(CallFailed) as failure:
        caller.wait_established()
    assert failure.value.status == 486


def test_a_phone_that_nobody_calls_does_not_ring(phone: Callable[[int], Phone]) -> None:
    with pytest.raises(PhoneTimeout):
        phone(101).wait_incoming(timeout=0.2)


def test_a_wrong_secret_fails_with_the_sip_reason(asterisk: Asterisk) -> None:
    with Phone("101", "guessed", asterisk.sip_domain) as thief:
        with pytest.raises(RegistrationFailed, match="Unauthorized") as failure:
            thief.register()
        assert failure.value.status == 401


def test_a_closed_phone_is_logged_out_and_a_killed_one_is_not(
    asterisk: Asterisk, phone: Callable[[int], Phone]
) -> None:
    closed, killed = phone(101), phone(102)
    closed.close()
    killed.kill()
    contacts = asterisk.cli("pjsip show contacts")
    assert "101/sip:" not in contacts
    assert "102/sip:" in contacts


def test_registrations_survive_a_crash_of_asterisk(asterisk: Asterisk, phone: Callable[[int], Phone]) -> None:
    caller, callee = phone(101), phone(102)
    wait_for(lambda: asterisk.saved_contacts() == ["101", "102"])
    asterisk.kill()
    assert not asterisk.running
    asterisk.start()
    caller.dial("102")
    assert callee.wait_incoming() == "101"


def test_a_frozen_asterisk_answers_again_when_thawed(
    asterisk: Asterisk, phone: Callable[[int], Phone]
) -> None:
    extension = phone(101)
    asterisk.freeze()
    with pytest.raises(RegistrationFailed, match="no registration outcome"):
        extension.register(timeout=0.5)
    asterisk.thaw()
    extension.register()


def test_reloads_are_counted_per_module(asterisk: Asterisk) -> None:
    assert asterisk.reload_counts() == {"res_pjsip.so": 0, "pbx_config.so": 0}
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("module reload pbx_config.so")
    assert asterisk.reload_counts() == {"res_pjsip.so": 2, "pbx_config.so": 1}


def test_the_manager_interface_speaks_tls_when_asked(tmp_path: Path) -> None:
    with Asterisk(tmp_path, tls_ami=True) as asterisk:
        trust = ssl.create_default_context(cafile=str(asterisk.ami_ca_file))
        with (
            socket.create_connection(("127.0.0.1", asterisk.ami_port), timeout=5) as plain,
            trust.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            assert secure.recv(100).startswith(b"Asterisk Call Manager")


def test_a_port_lost_to_another_program_is_replaced(tmp_path: Path) -> None:
    asterisk = Asterisk(tmp_path)
    with socket.socket() as other:
        lost = asterisk.ami_port
        other.bind(("127.0.0.1", lost))
        other.listen()
        with asterisk:
            assert asterisk.ami_port != lost


def test_no_process_is_left_after_closing(tmp_path: Path) -> None:
    with Asterisk(tmp_path) as asterisk, Phone("101", "secret", asterisk.sip_domain) as phone:
        processes = [asterisk.pid, phone.pid]
        assert all(map(is_alive, processes))
    assert not any(map(is_alive, processes))


KILLED_TEST = """
import os, pathlib, signal, sys
from tests.asterisk_bed import Asterisk, Phone
asterisk = Asterisk(pathlib.Path(sys.argv[1]))
asterisk.start()
print(asterisk.pid, Phone("101", "secret", asterisk.sip_domain).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_is_left_when_the_test_itself_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    argv = [sys.executable, "-c", KILLED_TEST, str(tmp_path)]
    run = subprocess.run(argv, capture_output=True, text=True, env=environment)
    processes = [int(pid) for pid in run.stdout.split()]
    assert len(processes) == 2
    wait_for(lambda: not any(map(is_alive, processes)))


def test_after_a_reset_nothing_is_left_of_what_was_made_since(
    asterisk: Asterisk, phone: Callable[[int], Phone]
) -> None:
    phone(101)
    pjsip = asterisk.config_dir / "pjsip.conf"
    pjsip.write_text(pjsip.read_text() + EXTENSION.format(number=103))
    (asterisk.config_dir / "more.conf").write_text("")
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan add extension 103,1,NoOp() into from-internal")
    assert "103/103" in asterisk.cli("pjsip show endpoints")
    asterisk.kill()
    asterisk.reset()
    assert "103" not in asterisk.cli("pjsip show endpoints") + asterisk.cli("dialplan show from-internal")
    assert "101/101" in asterisk.cli("pjsip show endpoints")
    assert "No objects found" in asterisk.cli("pjsip show contacts")
    assert not (asterisk.config_dir / "more.conf").exists()
