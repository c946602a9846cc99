"""Everything that runs: Asterisk, the database, Slack's stand-in, and the product as systemd keeps it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from models.actor import Actor
from models.fields import NewExtension
from pbx import extensions, instrument_files
from pbx.services import Services
from tests.asterisk_bed import Asterisk, AsteriskError
from tests.asterisk_bed.configuration import MODULES
from tests.asterisk_bed.ports import free_port
from tests.server import environment_for, settings_in
from tests.slack_stand_in import SlackStandIn
from tests.soak.clock import MovableClock
from tests.soak.databases import DATABASES
from tests.soak.gate import Gate
from tests.soak.own_namespace import SmallDisk
from tests.soak.processes import Unit
from tests.soak.record import Record

BY = Actor("cli", "soak")
CHANNEL = "C0PHONES"
RANGE = "100-999"
DISK_MEGABYTES = 600
CDR_CONF = (
    "[general]\nenable=yes\nunanswered=yes\n\n[csv]\nusegmtime=yes\nloguniqueid=yes\nnewcdrcolumns=yes\n"
)
MODULES_CONF = "[modules]\nautoload=no\n" + "".join(
    f"load={each}.so\n" for each in [*MODULES.split(), "cdr_csv"]
)


@dataclass(frozen=True)
class Options:
    """How a run is to be."""

    minutes: float
    database: str
    seed: int
    every: float  # seconds between two calls of a pair of simulated phones
    disks: bool  # whether small disks can be mounted
    trouble: tuple[str, ...]  # names of what may go wrong


class World:
    """Everything of one run, in its folder; started in `with`."""

    def __init__(self, folder: Path, options: Options, more: Mapping[str, str]) -> None:
        self.folder, self.options = folder, options
        self.record = Record(folder / "record.jsonl")
        self._stack = ExitStack()
        self._more = dict(more)
        self.disks: dict[str, SmallDisk] = {}
        self.asterisk_is_kept = threading.Event()
        self.asterisk_is_kept.set()

    def __enter__(self) -> World:
        with ExitStack() as stack:
            stack.callback(self.record.close)
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        pbx, data = self.folder / "pbx", self.folder / "database"
        if self.options.disks:
            self.disks = {
                "of Asterisk's files": SmallDisk(pbx / "etc", 20),
                "of the database": SmallDisk(data, DISK_MEGABYTES),
            }
        data.mkdir(exist_ok=True)
        files = {"modules.conf": MODULES_CONF, "cdr.conf": CDR_CONF}
        (pbx / "log/cdr-csv").mkdir(parents=True)
        self.asterisk = stack.enter_context(Asterisk(pbx, files=files))
        self.database = DATABASES[self.options.database](data)
        stack.callback(self.database.close)
        self.slack = stack.enter_context(SlackStandIn())
        self.slack.enforce_rate_limits = True
        self.gate = Gate(int(self.slack.root_url.rpartition(":")[2]))
        stack.callback(self.gate.close)
        self.slack.root_url = self.slack.workspace.root_url = self.gate.url
        self.clock = MovableClock(self.folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = self._environment()
        self.services = Services.of(settings_in(self.environment))
        stack.callback(self.services.database.close)
        self._keep_running(stack)
        self._wait_ready()

    def _keep_running(self, stack: ExitStack) -> None:
        self.units = {unit.name: unit for unit in self._units()}
        for unit in self.units.values():
            unit.start()
            stack.callback(unit.stop)
        threading.Thread(target=self._keep_asterisk, daemon=True, name="asterisk").start()
        stack.callback(self.asterisk_is_kept.clear)

    def _environment(self) -> dict[str, str]:
        counts = self.folder / "metrics"
        counts.mkdir()
        found = environment_for(self.asterisk, self.slack, self.database.url, self.port)
        own = {"ALERT_CHANNEL": CHANNEL, "EXTENSION_RANGE": RANGE, instrument_files.VARIABLE: str(counts)}
        return found | own | {"MALLOC_ARENA_MAX": "2"} | self._more

    def _units(self) -> Iterable[Unit]:
        """Return the web process and two listeners, whose clocks can be moved."""
        environment = self.environment | self.clock.environment()
        log = self.folder / "switchhook.log"
        yield Unit("web", [sys.executable, "-m", "gunicorn", "app:app"], environment, log, self.record)
        for name in ("listener-1", "listener-2"):
            log = self.folder / f"{name}.log"
            yield Unit(name, [sys.executable, "-m", "flask", "listen"], environment, log, self.record)

    def _wait_ready(self) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + 90
        while not (self._answers() and self._listens()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready in 90 s: see the logs in {self.folder}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def _listens(self) -> bool:
        logs = [self.folder / f"{name}.log" for name in self.units if name.startswith("listener")]
        return any(log.exists() and '"listening"' in log.read_text() for log in logs)

    def _keep_asterisk(self) -> None:
        """Start Asterisk again when it has ended, as its unit would."""
        while self.asterisk_is_kept.is_set():
            if not self.asterisk.running:
                self.record.note("ended", unit="asterisk", pid=self.asterisk.pid)
                time.sleep(2.0)
                try:
                    self.asterisk.start()
                    self.record.note("started", unit="asterisk", pid=self.asterisk.pid)
                except (AsteriskError, OSError) as error:
                    self.record.note("would not start", unit="asterisk", error=str(error)[-500:])
            time.sleep(0.2)

    def add_extension(self, number: str, name: str, **more: str) -> str:
        """Create one, before anything goes wrong; return its password."""
        done = extensions.create(self.services, NewExtension(number=number, name=name, **more), by=BY)
        assert done.secret is not None, done
        return done.secret.get_secret_value()

    def processes(self) -> dict[int, str]:
        """Return the ids of the product's processes, with what each is."""
        found: dict[int, str] = {}
        for unit in self.units.values():
            for place, pid in enumerate(unit.family()):
                found[pid] = f"{unit.name} worker" if unit.name == "web" and place else unit.name
        return found


def new_folder(parent: Path) -> Path:
    """Return an empty folder for a run; soak/latest leads to it."""
    folder = parent / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    latest = parent / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(folder.name)
    return folder
