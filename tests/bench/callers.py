"""SIP load with sipp: phones that answer, are busy or ring on, and callers for each."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.install import find_asterisk
from tests.asterisk_bed.ports import free_port
from tests.asterisk_bed.process import end, spawn

SCENARIOS = Path(__file__).parent / "sipp"


@dataclass(frozen=True)
class Load:
    """`calls` from one extension to another, `rate` of them a second, both played by sipp."""

    caller: str
    called: str
    phone_scenario: str
    call_scenario: str
    calls: int
    rate: float


class Callers:
    """The sipp processes of one load; the callers end by themselves."""

    def __init__(self, asterisk: Asterisk, folder: Path, secrets: dict[str, str], load: Load) -> None:
        self._asterisk = asterisk
        self._folder = folder
        self._secrets = secrets
        self._load = load
        self._processes: list[subprocess.Popen[bytes]] = []

    def register(self) -> None:
        """Plugs the called phone in."""
        port = free_port()
        self._start("phone", port, "-sf", str(SCENARIOS / f"{self._load.phone_scenario}.xml"), "-aa")
        fields = f"{self._load.called};{self._secrets[self._load.called]};{port}"
        self._start("register", free_port(), *self._as_client("register", fields), "-m", "1").wait(20)

    def call(self) -> None:
        fields = f"{self._load.caller};{self._secrets[self._load.caller]};{self._load.called}"
        limits = ["-m", str(self._load.calls), "-r", str(self._load.rate), "-l", "200"]
        self._start("call", free_port(), *self._as_client(self._load.call_scenario, fields), *limits)

    def wait(self) -> int:
        """sipp's exit code: 0 when every call went as its scenario says."""
        return self._processes[-1].wait(600)

    def close(self) -> None:
        for process in self._processes:
            end(process)

    def _as_client(self, scenario: str, fields: str) -> list[str]:
        injected = self._folder / f"{self._load.called}-{scenario}.csv"
        injected.write_text(f"SEQUENTIAL\n{fields};\n")
        return [self._asterisk.sip_domain, "-sf", str(SCENARIOS / f"{scenario}.xml"), "-inf", str(injected)]

    def _start(self, name: str, port: int, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{self._load.called}-{name}.log").open("wb")
        local = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), "-nostdin", "-trace_err"]
        argv = [*find_asterisk().argv("sipp"), *arguments, *local]
        with log:
            process = spawn(argv, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._processes.append(process)
        return process
