"""One installation in a folder of its own: Asterisk, both processes, two phones, and an administrator who types."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from flask import Flask

import settings
from handlers.cli import commands as cli
from models.encryption import generate_secret
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.ports import free_port
from tests.installation import files
from tests.installation.processes import Processes, environment
from tests.installation.web_server import WebServer
from tests.ordinary_user import NOBODY, NOGROUP, nobody
from tests.server import ADMIN_ID, PROJECT, migrate
from tests.slack_stand_in import SlackStandIn

CHANNEL = "C0PHONES"
# What is typed in documents and remedies, and what it means here.
SHIMS = {
    "asterisk": '#!/bin/sh\nexec {asterisk} -n "$@"\n',
    "sudo": '#!/bin/sh\nshift 2\nexec "$@"\n',  # -u and a user: everything here is of one
}


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    output: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.output)["findings"]
        return found


class Installation:
    """Use it in a `with` statement. 101 and 102 have phones that are registered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.asterisk = Asterisk(
            folder / "pbx",
            pjsip_conf=files.PJSIP_CONF,
            extensions_conf=files.EXTENSIONS_CONF,
            files=files.FILES,
        )
        self.slack = SlackStandIn()
        self.program = folder / "opt"
        self.env = self.program / ".env"
        self.database = folder / "var" / "switchhook.db"
        self.processes = Processes(self.program, self.port, folder / "switchhook.log", self._variables)
        self.web_server = WebServer(folder, self.port)
        self.phones: dict[str, Phone] = {}
        self.told = ""
        self._sound_env = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def flask(self, *arguments: str) -> Answer:
        """Run a command of the command line in this process, with the settings of `.env`."""
        with contextlib.chdir(self.program), self._environment(), _service_user():
            app = Flask("switchhook")
            try:
                services = Services.of(settings.load())
            except settings.SettingsUnusable as unusable:
                cli.register_without_settings(app, unusable)
                return _run(app, arguments)
            cli.register(app, services)
            answer = _run(app, arguments)
            services.database.close()
            return answer

    def doctor(self, number: str = "") -> list[dict[str, Any]]:
        """What `flask doctor --json` finds; `told` is the first remedy."""
        answer = self.flask("doctor", "--json", *filter(None, [number]))
        assert (answer.status == 0) == (not answer.findings), answer
        self.told = answer.findings[0]["remedy"] if answer.findings else ""
        return answer.findings

    def flask_process(self, *arguments: str) -> Answer:
        """Run it as it is typed."""
        command, env = [sys.executable, "-m", "flask", *arguments], self._variables()
        run = subprocess.run(command, cwd=self.program, env=env, capture_output=True, text=True)
        return Answer(run.returncode, run.stdout + run.stderr)

    def shell(self, command: str) -> str:
        """Type a command as root, and return what it printed. Raises AssertionError when it fails."""
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        command = command.replace(str(PROJECT), str(self.program))
        run = subprocess.run(
            ["bash", "-c", command], env=self._variables() | {"PATH": path}, capture_output=True, text=True
        )
        assert run.returncode == 0, f"{command}: {run.stdout}{run.stderr}"
        return run.stdout

    def words(self) -> dict[str, str]:
        """What stands for this installation's own in commands and remedies."""
        places = {"opt": self.program, "env": self.env, "etc": self.asterisk.config_dir, "db": self.database}
        known = dict(line.split("=", 1) for line in self._sound_env.splitlines())
        ports = {"free_port": str(free_port()), "other_port": str(free_port())}
        return {
            **known,
            **ports,
            **{name: str(path) for name, path in places.items()},
            "folder": str(self.folder),
        }

    def filled_in(self, text: str) -> str:
        """The text with words() in the place of `{etc}` and so on; other braces stay."""
        for name, value in self.words().items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def edit(self, path: Path, before: str, after: str) -> None:
        """Replace the one place in a file, as an editor does."""
        text = path.read_text()
        before, after = self.filled_in(before), self.filled_in(after)
        assert text.count(before) == 1, f"{path} has {before!r} {text.count(before)} times"
        path.write_text(text.replace(before, after))

    def restart_asterisk(self) -> None:
        """As systemd does, and as after a power cut."""
        if self.asterisk.running:
            self.asterisk.kill()
        self.asterisk.start()

    def give(self, *paths: Path) -> None:
        """Let the user of the service own them."""
        for path in paths if os.geteuid() == 0 else ():
            os.chown(path, NOBODY, NOGROUP)

    def create(self, number: str, *options: str) -> str:
        """Create an extension, and return its secret."""
        secret = generate_secret().get_secret_value()
        answer = self.flask("ext", "create", number, f"--secret={secret}", *options)
        assert answer.status == 0, answer.output
        return secret

    def _start(self, stack: ExitStack) -> None:
        stack.enter_context(self.slack)
        stack.enter_context(self.web_server)
        self.slack.add_user(ADMIN_ID, "alice", "alice@example.com")
        stack.enter_context(self.asterisk)
        self._install()
        stack.callback(self.processes.close)
        self.processes.start("switchhook-web")
        self.processes.start("switchhook-listener")
        for number, name in (("101", "Alice"), ("102", "Bob")):
            secret = self.create(number, f"--name={name}")
            phone = stack.enter_context(Phone(number, secret, self.asterisk.sip_domain))
            phone.register()
            self.phones[number] = phone

    def _install(self) -> None:
        """Steps 1 to 5."""
        for name in ("bin", "opt", "var"):
            (self.folder / name).mkdir()
        for path in PROJECT.iterdir():
            if path.name not in (".env", ".git"):
                (self.program / path.name).symlink_to(path)
        for name, text in SHIMS.items():
            shim = self.folder / "bin" / name
            shim.write_text(text.format(asterisk=" ".join(self.asterisk.argv)))
            shim.chmod(0o755)
        (self.folder / "var").chmod(0o700)
        migrate(f"sqlite:///{self.database}")
        self.database.chmod(0o600)
        self._write_settings()
        for path in self._secret_files():
            path.chmod(0o640)
        self.folder.chmod(0o755)
        for folder in (self.database.parent, self.asterisk.config_dir / "switchhook"):
            self.give(folder, *folder.iterdir())
        if os.geteuid() == 0:
            os.chown(self.env, 0, NOGROUP)

    def _write_settings(self) -> None:
        text = files.ENV.format(
            slack=self.slack,
            asterisk=self.asterisk,
            admin=ADMIN_ID,
            channel=CHANNEL,
            database=self.database,
            key=secrets.token_urlsafe(32),
            port=self.port,
            public_url=self.web_server.url,
        )
        self.env.write_text(text)
        self._sound_env = text

    def _variables(self) -> dict[str, str]:
        """The environment of a command: the whole world trusts the web server's certificate."""
        return environment() | {"SSL_CERT_FILE": str(self.web_server.ca_file)}

    @contextlib.contextmanager
    def _environment(self) -> Iterator[None]:
        """The same for this process: whoever runs the tests may have settings in theirs."""
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._variables())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _secret_files(self) -> Iterator[Path]:
        yield self.env
        yield from (self.asterisk.config_dir / name for name in files.FILES if "/" in name)


@contextlib.contextmanager
def _service_user() -> Iterator[None]:
    """As the user of the service, whom root can be for a while; others are that user themselves."""
    with nobody() if os.geteuid() == 0 else contextlib.nullcontext():
        yield


def _run(app: Flask, arguments: tuple[str, ...]) -> Answer:
    result = app.test_cli_runner().invoke(args=list(arguments), catch_exceptions=False)
    return Answer(result.exit_code, result.output)
