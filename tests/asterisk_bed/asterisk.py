"""A real Asterisk on loopback, in a folder of its own."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .certificate import write_certificate
from .configuration import EXTENSIONS_CONF, PJSIP_CONF, Settings, make_run_folder, write_configuration
from .console import AsteriskError, ask_console
from .database import saved_contacts
from .install import find_asterisk
from .log import Log
from .ports import LOOPBACK, Ports, choose_ports
from .process import end, is_stopped, spawn

START_SECONDS = 60.0
PORT_ATTEMPTS = 3


class Asterisk:
    """One Asterisk, run in the foreground as a child of this process; use it in a `with` statement.

    `folder` receives everything it reads and writes. `pjsip_conf` and `extensions_conf` replace the text an administrator
    is imagined to have (configuration.PJSIP_CONF, EXTENSIONS_CONF); "@SIP_PORT@" in either stands for the port. `files`,
    by name, are more, or others than the bed's. With `tls_ami`, `ami_port` speaks TLS and `ami_ca_file` is to be trusted.
    """

    ami_username = "switchhook"

    def __init__(
        self,
        folder: Path,
        *,
        pjsip_conf: str | None = None,
        extensions_conf: str | None = None,
        files: Mapping[str, str] | None = None,
        tls_ami: bool = False,
    ) -> None:
        self.folder = folder.absolute()
        self.ami_secret = secrets.token_urlsafe(24)
        self.tls_ami = tls_ami
        self._pjsip_conf = PJSIP_CONF if pjsip_conf is None else pjsip_conf
        self._extensions_conf = EXTENSIONS_CONF if extensions_conf is None else extensions_conf
        self._files = files or {}
        self._installation = find_asterisk()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = Log(self.folder / "log")
        self._settled = False  # once it has run, ports and files stay as they are
        self._run_folder = make_run_folder(self.folder)
        self._ports = self._configure()

    @property
    def config_dir(self) -> Path:
        """The folder of pjsip.conf and the other files."""
        return self.folder / "etc"

    @property
    def sip_port(self) -> int:
        """The loopback port of both SIP transports, UDP and TCP."""
        return self._ports.sip

    @property
    def sip_domain(self) -> str:
        """The server to give a Phone: "127.0.0.1:port"."""
        return f"{LOOPBACK}:{self.sip_port}"

    @property
    def ami_port(self) -> int:
        """The loopback port of the manager interface."""
        return self._ports.ami_tls if self.tls_ami else self._ports.ami

    @property
    def ami_ca_file(self) -> Path:
        """The certificate of the manager interface, there with `tls_ami` only."""
        return self.config_dir / "ami.pem"

    @property
    def running(self) -> bool:
        """True while the process exists, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id. Raises AsteriskError when it has not been started."""
        return self._started().pid

    def environment(self) -> dict[str, str]:
        """What Switchhook needs in its environment to run this Asterisk."""
        tls = {"AMI_TLS": "true", "AMI_CA_FILE": str(self.ami_ca_file)} if self.tls_ami else {}
        return {
            "AMI_HOST": LOOPBACK,
            "AMI_PORT": str(self.ami_port),
            "AMI_USERNAME": self.ami_username,
            "AMI_SECRET": self.ami_secret,
            "ASTERISK_CONFIG_DIR": str(self.config_dir),
            "SIP_DOMAIN": self.sip_domain,
            "VOICEMAIL_SPOOL": str(self.folder / "spool/voicemail"),
            **tls,
        }

    def cli(self, command: str) -> str:
        """The output of a console command, as `asterisk -rx` gives it. Raises AsteriskError."""
        return ask_console(self.argv, command)

    def log_text(self) -> str:
        """The log as it is written by now: notices, warnings, errors and verbose lines up to level 3, of every run."""
        return self._log.text()

    def reload_counts(self) -> dict[str, int]:
        """How often Asterisk has reloaded each module since it was last started or reset.

        Counted from the line its loader logs, whoever asked: AMI `Reload`, `module reload`, `core reload`; not `dialplan reload`.
        """
        if self.running:
            self._log.settle(self.cli)
        return self._log.reload_counts()

    def saved_contacts(self) -> list[str]:
        """The extension numbers with a registration on disk, one for each contact.

        Asterisk writes its database about once a second; a younger registration does not survive a kill().
        """
        return saved_contacts(self.folder / "lib/astdb.sqlite3")

    def start(self) -> None:
        """Run it, and return when it is fully booted; after stop() or kill(), with the same ports and data.

        Raises AsteriskError with the end of the log when it does not get there.
        """
        for _ in range(PORT_ATTEMPTS):
            self._launch()
            self._wait_booted()
            if not self._log.lost_a_port():
                self._settled = True
                return
            self.stop()
            if not self._settled:
                self._ports = self._configure()
        raise AsteriskError(f"its ports are taken\n{self._log.tail()}")

    def stop(self) -> None:
        """Let it shut down in order, at most 10 s, then by force. Does nothing when it is not running."""
        if self._process is not None:
            self.thaw()
            end(self._process)

    def kill(self) -> None:
        """Have it gone at once, as in a crash or a power cut; phones and AMI clients get no goodbye.

        What it had not yet written to disk is lost: see saved_contacts().
        """
        end(self._started(), signal.SIGKILL)

    def freeze(self) -> None:
        """Suspend it: connections stay open and nothing is answered. Raises AsteriskError if not started."""
        process = self._started()
        process.send_signal(signal.SIGSTOP)
        while not is_stopped(process.pid):  # a thread on another core may answer for a moment yet
            time.sleep(0.001)

    def thaw(self) -> None:
        """Let it go on after freeze()."""
        self._started().send_signal(signal.SIGCONT)

    def __enter__(self) -> Asterisk:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it for good, at once: an orderly stop takes a second. Files and logs stay in `folder`."""
        if self._process is not None:
            end(self._process, signal.SIGKILL)
        shutil.rmtree(self._run_folder, ignore_errors=True)

    def reset(self) -> None:
        """Bring files, dialplan, phones, registrations and reload_counts() back to the first, ports stay; start it if need be."""
        self._write(self._ports)
        if not self.running:
            self.start()
        self.thaw()
        reloads = self.reload_counts()["res_pjsip.so"]
        self.cli("database deltree registrar")
        self.cli("module reload app_voicemail.so")
        self.cli("module reload res_pjsip.so")
        self.cli("dialplan reload")
        self._log.begin_run_after("res_pjsip.so", reloads + 1)

    def _configure(self) -> Ports:
        self._write(ports := choose_ports())
        return ports

    def _write(self, ports: Ports) -> None:
        settings = Settings(
            installation=self._installation,
            folder=self.folder,
            run=self._run_folder,
            ports=ports,
            username=self.ami_username,
            secret=self.ami_secret,
            tls_ami=self.tls_ami,
            pjsip_conf=self._pjsip_conf,
            extensions_conf=self._extensions_conf,
            files=self._files,
        )
        write_configuration(settings)
        if self.tls_ami:
            write_certificate(self.config_dir / "ami.pem", self.config_dir / "ami.key")

    @property
    def argv(self) -> list[str]:
        """What starts the program on its files; options are added to it."""
        return [*self._installation.argv("asterisk"), "-C", str(self.config_dir / "asterisk.conf")]

    def _launch(self) -> None:
        if self.running:
            raise AsteriskError("it is already running")
        self._log.begin_run()
        with self._log.console.open("ab") as console:
            command = [*self.argv, "-f"]
            self._process = spawn(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)

    def _wait_booted(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < deadline:
            with contextlib.suppress(AsteriskError):
                if "fully booted" in self.cli("core waitfullybooted"):
                    return
            time.sleep(0.05)
        why = f"not ready in {START_SECONDS:g} s" if self.running else "it ended while starting"
        self.stop()
        raise AsteriskError(f"{why}\n{self._log.tail()}")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise AsteriskError("it has not been started")
        return self._process
