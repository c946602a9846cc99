"""Real SIP phones for tests: each is a process of its own, driven over its standard input and output."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .process import end, spawn

IMPORT_FOLDER = Path(__file__).parents[len(__package__.split("."))]
ANSWER_MARGIN = 30.0  # seconds a phone may take beyond the time it was given
PATIENCE = 60.0  # seconds; a busy machine is slow, and what happens is seen at once


class PhoneError(RuntimeError):
    """A phone could not do what was asked. `status` is the SIP status, None when none was received."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class RegistrationFailed(PhoneError):
    """The registrar refused, or did not answer in time; the message has the SIP reason."""


class CallFailed(PhoneError):
    """A call ended before it was established: 486 busy, 603 declined, 404 unknown and so on."""


class PhoneTimeout(PhoneError):
    """Nothing happened within the time given."""


ERRORS = {kind.__name__: kind for kind in (PhoneError, RegistrationFailed, CallFailed, PhoneTimeout)}


class Phone:
    """The phone of one extension: `number` and `secret` are its SIP account at `server` ("host:port").

    `transport` is "udp" or "tcp". `reregister` is the seconds a registration lasts; the phone refreshes it a
    little earlier. Use it in a `with` statement, or call close(). Raises PhoneError.
    """

    def __init__(
        self, number: str, secret: str, server: str, transport: str = "udp", *, reregister: int = 600
    ) -> None:
        self.number = number
        self.server = server
        # The stack keeps a folder, which a killed phone cannot remove itself.
        self._scratch = tempfile.TemporaryDirectory(prefix="phone-")
        self._process = spawn(
            [sys.executable, "-m", f"{__package__}.phone_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=IMPORT_FOLDER,
            env={**os.environ, "TMPDIR": self._scratch.name},
        )
        account = {"user": number, "domain": server, "password": secret, "transport": transport}
        try:
            # The secret travels this way because every user of the machine can read a command line.
            self._ask("open", account={**account, "reg_interval": reregister})
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The id of the phone's process."""
        return self._process.pid

    def register(self, timeout: float = PATIENCE) -> None:
        """Log in at the server. Raises RegistrationFailed."""
        self._ask("register", timeout=timeout)

    def unregister(self, timeout: float = PATIENCE) -> None:
        """Log out. Raises RegistrationFailed when the server does not confirm."""
        self._ask("unregister", timeout=timeout)

    def dial(self, number: str) -> None:
        """Start calling; returns when the call is on its way, before anyone answers. Raises PhoneError."""
        self._ask("dial", uri=f"sip:{number}@{self.server}")

    def wait_incoming(self, timeout: float = PATIENCE) -> str:
        """Wait until the phone rings; the caller's number. Raises PhoneTimeout."""
        peer = self._ask("wait_incoming", timeout=timeout)
        match = re.search(r"sips?:([^@;>]+)@", str(peer))
        return match.group(1) if match else str(peer)

    def answer(self) -> None:
        """Take the call that came in last. Raises PhoneError when it has gone."""
        self._ask("answer")

    def reject(self) -> None:
        """Refuse the call that came in last, as busy (486)."""
        self._ask("reject")

    def hangup(self) -> None:
        """End the current call; no error when the other side was faster."""
        self._ask("hangup")

    def wait_established(self, timeout: float = PATIENCE) -> None:
        """Wait until both sides can talk. Raises CallFailed; on expiry it has status None."""
        self._ask("wait_established", timeout=timeout)

    def wait_ended(self, timeout: float = PATIENCE) -> str:
        """Wait until the current call is over; the phone's reason for it. Raises PhoneTimeout."""
        return str(self._ask("wait_ended", timeout=timeout) or "")

    def close(self) -> None:
        """Hang up, log out and end. Does nothing when it is closed or killed."""
        if self._process.poll() is None:
            with contextlib.suppress(PhoneError):
                self._ask("close")
            self._process.stdin.close()  # type: ignore[union-attr]
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        self.kill()

    def kill(self) -> None:
        """Have it gone at once, as a phone that loses power: it neither hangs up nor logs out."""
        end(self._process, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._scratch.cleanup()

    def __enter__(self) -> Phone:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, command: str, **arguments: Any) -> object:
        """Have one command carried out; its result. The phone answers each with exactly one line."""
        self._send({"command": command, **arguments})
        answer = self._receive(arguments.get("timeout", 0) + ANSWER_MARGIN)
        if "error" in answer:
            kind = ERRORS.get(str(answer["error"]), PhoneError)
            raise kind(f"phone {self.number}: {answer['message']}", answer["status"])
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            raise PhoneError(f"phone {self.number} is closed")
        try:
            stdin.write(json.dumps(message).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise PhoneError(f"phone {self.number} has died") from error

    def _receive(self, seconds: float) -> dict[str, Any]:
        stdout = self._process.stdout
        if stdout is None or not select.select([stdout], [], [], seconds)[0]:
            raise PhoneError(f"phone {self.number} gave no answer in {seconds:g} s")
        line = stdout.readline()
        if not line:
            raise PhoneError(f"phone {self.number} has died")
        answer: dict[str, Any] = json.loads(line)
        return answer
