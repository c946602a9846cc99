"""The process behind a `phones.Phone`: reads one JSON command a line, answers each with one JSON line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import IO, Any

import baresip

from .phones import CallFailed, PhoneError, PhoneTimeout, RegistrationFailed
from .ports import LOOPBACK

LOGOUT_SECONDS = 2.0


class Telephone:
    """One account of the baresip stack. Its methods are the commands."""

    def __init__(self) -> None:
        self._runtime = baresip.Runtime()
        self._agent: Any = None
        self._call: Any = None
        self._ended: asyncio.Future[str] | None = None
        self._incoming: asyncio.Queue[Any] = asyncio.Queue()

    async def open(self, account: dict[str, Any]) -> None:
        """Bring up the stack on loopback."""
        await self._runtime.start(
            baresip.Config(net_interface=LOOPBACK, max_concurrent_calls=None, native_log_level="error")
        )
        self._agent = await baresip.UserAgent.create(self._runtime, baresip.Account(**account))
        self._agent.on_incoming(self._incoming.put_nowait)

    async def register(self, timeout: float) -> None:
        """Log in, or raise RegistrationError."""
        await self._agent.register(timeout=timeout)

    async def unregister(self, timeout: float) -> None:
        """Log out, or raise RegistrationError."""
        await self._agent.unregister(timeout=timeout)

    async def dial(self, uri: str) -> None:
        """Send an INVITE."""
        self._follow(await self._agent.dial(uri))

    async def wait_incoming(self, timeout: float) -> str:
        """The URI of the next caller."""
        self._follow(await asyncio.wait_for(self._incoming.get(), timeout))
        return str(self._call.peer)

    async def answer(self) -> None:
        """Accept the current call."""
        await self._current().answer()

    async def reject(self) -> None:
        """Refuse the current call with 486."""
        await self._current().reject()

    async def hangup(self) -> None:
        """End the current call, if it still exists."""
        with contextlib.suppress(baresip.StaleHandleError):
            await self._current().hangup()

    async def wait_established(self, timeout: float) -> None:
        """Wait for the answer and its media."""
        await self._current().wait_established(timeout)

    async def wait_ended(self, timeout: float) -> str:
        """The reason why the current call is over."""
        self._current()
        assert self._ended is not None
        return await asyncio.wait_for(asyncio.shield(self._ended), timeout)

    async def close(self) -> None:
        """Hang up, log out, and stop the stack."""
        if self._call is not None:
            await self.hangup()
        if self._agent is not None:
            with contextlib.suppress(baresip.BaresipError):
                await self._agent.unregister(timeout=LOGOUT_SECONDS)
        await self._runtime.close()

    def _current(self) -> Any:
        if self._call is None:
            raise PhoneError("there is no call")
        return self._call

    def _follow(self, call: Any) -> None:
        """Make it the current call, and note how it ends from the first moment on."""
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def note(event: Any) -> None:
            if event.event is baresip.Event.CALL_CLOSED and not ended.done():
                ended.set_result(event.text or "")

        call.on(note)
        self._call, self._ended = call, ended
        if call.state is baresip.CallState.CLOSED and not ended.done():
            ended.set_result("closed before anyone looked")


def _failure(error: Exception) -> PhoneError:
    """The stack's error as the test sees it."""
    status: int | None = getattr(error, "status", None)
    if isinstance(error, baresip.RegistrationError):
        return RegistrationFailed(str(error), status)
    if isinstance(error, baresip.CallFailed):
        return CallFailed(str(error), status)
    if isinstance(error, TimeoutError):
        return PhoneTimeout("nothing happened in time")
    return PhoneError(f"{type(error).__name__}: {error}")


async def _perform(command: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": await command(**arguments)}
    except Exception as error:  # whatever it is, the test must hear of it
        failure = _failure(error)
        return {"error": type(failure).__name__, "message": str(failure), "status": failure.status}


async def _serve(answers: IO[str]) -> None:
    telephone = Telephone()
    while line := await asyncio.to_thread(sys.stdin.readline):
        arguments = json.loads(line)
        command = getattr(telephone, arguments.pop("command"))
        answers.write(json.dumps(await _perform(command, arguments)) + "\n")
        answers.flush()


def main() -> None:
    """Serve until standard input ends, which it also does when the test process dies."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        # The stack's own printing must not end up between the answers.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        asyncio.run(_serve(answers))


if __name__ == "__main__":
    main()
