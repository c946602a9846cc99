"""Simulated phones: sipp calls and answers, and writes down each call that it made, as it saw it."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.install import find_asterisk
from tests.asterisk_bed.ports import free_port
from tests.asterisk_bed.process import end, spawn
from tests.bench.callers import SCENARIOS

# begun, answered and ended, each with the call's id and the time of day
LOG = '<nop><action><log message="{} [call_id] [timestamp]"/></action></nop>'
LINE = re.compile(r"^(begun|answered|ended) (\S+) .*?(\d{9,}\.\d+)\s*$")
LAST_CALLS_SECONDS = 20.0
MOST_AT_ONCE = "20"


@dataclass(frozen=True)
class Pair:
    """A phone that calls, and one that is called; the scenarios are those of tests/bench/sipp."""

    caller: str
    called: str
    phone_scenario: str
    call_scenario: str


PAIRS = (
    Pair("500", "501", "answer", "call"),
    Pair("502", "503", "answer", "call"),
    Pair("504", "505", "busy", "call_busy"),
    Pair("506", "507", "ring", "call_cancel"),
)


def logged(scenario: str) -> str:
    """Return a scenario that writes down how its calls go."""
    head, first, rest = scenario.partition("<send")
    text = head + LOG.format("begun") + "\n" + first + rest
    answer = '<recv response="200" rrs="true"/>'
    text = text.replace(answer, answer + "\n" + LOG.format("answered"))
    return text.replace("</scenario>", LOG.format("ended") + "\n</scenario>")


class SippCalls:
    """One pair, that calls all the time: `every` so many seconds."""

    def __init__(
        self, asterisk: Asterisk, folder: Path, pair: Pair, secrets: dict[str, str], every: float
    ) -> None:
        self.pair = pair
        self._asterisk, self._secrets, self._every = asterisk, secrets, every
        self._folder = folder / f"sipp-{pair.called}"
        self._folder.mkdir()
        self._scenario = self._folder / "call.xml"
        self._scenario.write_text(logged((SCENARIOS / f"{pair.call_scenario}.xml").read_text()))
        self._phone_port = free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        self._start(
            "phone", self._phone_port, "-sf", str(SCENARIOS / f"{self.pair.phone_scenario}.xml"), "-aa"
        )
        self.register()
        calling = [
            *self._client(self._scenario, self.pair.caller, self.pair.called),
            "-r",
            "1",
            "-l",
            MOST_AT_ONCE,
        ]
        period = ["-rp", str(int(self._every * 1000)), "-m", "1000000", "-recv_timeout", "30000"]
        self._start("calls", free_port(), *calling, *period, "-trace_logs", "-log_file", str(self._log))

    def register(self) -> None:
        """Have the called phone log in, or stay logged in."""
        scenario = SCENARIOS / "register.xml"
        arguments = self._client(scenario, self.pair.called, str(self._phone_port))
        with suppress(subprocess.TimeoutExpired):
            self._start("register", free_port(), *arguments, "-m", "1").wait(20)

    def stop_calling(self) -> None:
        """Begin no more calls, and let those that there are come to their end."""
        calls = self._processes["calls"]
        with suppress(ProcessLookupError):
            calls.send_signal(signal.SIGUSR1)
        with suppress(subprocess.TimeoutExpired):
            calls.wait(LAST_CALLS_SECONDS)

    def calls(self) -> list[dict[str, Any]]:
        """Return what the caller saw: when each call began, was answered and ended, in epoch seconds; 0: it was not."""
        found: dict[str, dict[str, Any]] = {}
        for line in self._log.read_text().splitlines() if self._log.exists() else []:
            if match := LINE.match(line):
                step, call_id, at = match.groups()
                found.setdefault(call_id, {"begun": 0.0, "answered": 0.0, "ended": 0.0})[step] = float(at)
        parties = {"caller": self.pair.caller, "called": self.pair.called, "how": self.pair.call_scenario}
        return [{"what": "call", "id": call_id, **parties, **times} for call_id, times in found.items()]

    def close(self) -> None:
        for process in self._processes.values():
            end(process)

    @property
    def _log(self) -> Path:
        return self._folder / "calls.log"

    def _client(self, scenario: Path, who: str, third: str) -> list[str]:
        injected = self._folder / f"{scenario.stem}.csv"
        injected.write_text(f"SEQUENTIAL\n{who};{self._secrets[who]};{third};\n")
        return [self._asterisk.sip_domain, "-sf", str(scenario), "-inf", str(injected)]

    def _start(self, name: str, port: int, *arguments: str) -> subprocess.Popen[bytes]:
        local = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), "-nostdin", "-trace_err"]
        argv = [*find_asterisk().argv("sipp"), *arguments, *local]
        with (self._folder / f"{name}.log").open("ab") as log:
            process = spawn(argv, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._processes[name] = process
        return process
