"""The bed itself: processes that are forked are as those that are started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.preloaded import Forked, preloaded
from tests.test_asterisk_bed import is_alive
from tests.waiting import wait_for

FOREVER = "import time; time.sleep(600)"


def run(code: str, log: Path, **env: str) -> Forked:
    """Run code as a module that there is for it does."""
    with log.open("ab") as opened:
        return preloaded().start("timeit", "-n1", "-r1", code, env=env, log=opened.fileno())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def endless(log: Path) -> Iterator[Forked]:
    process = run(FOREVER, log)
    yield process
    process.kill()
    process.wait()


def test_it_has_the_environment_that_it_is_given_alone_and_tells_how_it_ended(log: Path) -> None:
    process = run("import os; print(dict(os.environ), os.getpid() == os.getsid(0), os.getcwd())", log, X="y")
    assert process.wait(60) == process.poll() == 0
    assert f"{{'X': 'y'}} True {Path.cwd()}" in log.read_text()
    assert run("1 / 0", log).wait(60) == 1
    assert "ZeroDivisionError" in log.read_text()


def test_what_counts_is_imported_by_each_itself(log: Path) -> None:
    code = "import sys; print([each in sys.modules for each in ('sqlmodel', 'models.extension', 'pbx.instruments')])"
    assert run(code, log).wait(60) == 0
    assert "[True, True, False]" in log.read_text()


def test_a_signal_reaches_it_and_a_time_to_wait_ends(endless: Forked) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        endless.wait(0.01)
    assert endless.poll() is None
    endless.send_signal(signal.SIGKILL)
    assert endless.wait(60) == -signal.SIGKILL
    assert not is_alive(endless.pid)


KILLED_TEST = """
import os, pathlib, signal, sys
from tests.test_preloaded import FOREVER, run
print(run(FOREVER, pathlib.Path(sys.argv[1])).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_none_is_left_when_the_test_itself_is_killed(log: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    argv = [sys.executable, "-c", KILLED_TEST, str(log)]
    killed = subprocess.run(argv, capture_output=True, text=True, env=environment)
    wait_for(lambda: not is_alive(int(killed.stdout)))


def test_a_signal_for_one_that_has_just_ended_is_no_error(log: Path) -> None:
    """A child of this process would wait for being told of; these are gone a moment before it is told."""
    for _ in range(20):
        process = run(FOREVER, log)
        os.kill(process.pid, signal.SIGKILL)
        while is_alive(process.pid):
            pass
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
