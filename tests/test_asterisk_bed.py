"""The bed itself: what the other tests take for granted of Asterisk and of phones."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.asterisk_bed import Asterisk, Phone
from tests.waiting import wait_for

EXTENSION = """
[103]
type=endpoint
auth=103
aors=103
[103]
type=auth
username=103
password=secret of 103
[103]
type=aor
max_contacts=1
"""


def is_alive(pid: int) -> bool:
    """False for a process that is gone or waits to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_a_port_lost_to_another_program_is_replaced(tmp_path: Path) -> None:
    asterisk = Asterisk(tmp_path)
    with socket.socket() as other:
        lost = asterisk.ami_port
        other.bind(("127.0.0.1", lost))
        other.listen()
        with asterisk:
            assert asterisk.ami_port != lost


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


def test_after_a_reset_nothing_is_left_of_what_was_made_since(fresh_asterisk: Asterisk) -> None:
    asterisk = fresh_asterisk
    pjsip = asterisk.config_dir / "pjsip.conf"
    pjsip.write_text(pjsip.read_text() + EXTENSION)
    (asterisk.config_dir / "more.conf").write_text("")
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan add extension 103,1,NoOp() into from-internal")
    phone = Phone("103", "secret of 103", asterisk.sip_domain)
    phone.register()
    phone.kill()
    asterisk.kill()
    asterisk.reset()
    assert "103" not in asterisk.cli("pjsip show endpoints") + asterisk.cli("dialplan show from-internal")
    assert "No objects found" in asterisk.cli("pjsip show contacts")
    assert not (asterisk.config_dir / "more.conf").exists()
