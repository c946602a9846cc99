"""A web process that is forked for each request of Slack's, and killed at one of its steps.

Run as a program, it reads a task a line, and writes what came of it. A step is what others can see: a transaction that
wrote something, before and after its commit; a request to Slack; an action that Asterisk carries out.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NoReturn

import flask.testing  # noqa: F401  # which each process would import
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, configure_mappers

import settings
from app import create_app
from handlers.slack import storing
from handlers.slack.taking_up import TAKING_UP
from pbx.ami_client import Client

WRITES = ("INSERT", "UPDATE", "DELETE")
ACTS = ("Originate", "VoicemailMove")
WAIT_SECONDS = 60.0  # for the threads of one request


class Steps:
    """Counts steps, and kills this process at the last one."""

    def __init__(self, last: int) -> None:
        self.names: list[str] = []
        self._last = last
        self._lock = threading.Lock()
        self._wrote = threading.local()

    def take(self, name: str) -> None:
        with self._lock:
            self.names.append(name)
            if len(self.names) == self._last:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._executing)
        event.listen(Engine, "commit", self._committing)
        event.listen(Session, "after_commit", self._committed)
        sys.addaudithook(self._audited)
        self._watch_actions()

    def _executing(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(WRITES):
            self._wrote.table = next(word for word in statement.split()[1:] if word not in ("INTO", "FROM"))

    def _committing(self, _connection: Connection) -> None:
        if table := getattr(self._wrote, "table", ""):
            self.take(f"before the commit of {table}")

    def _committed(self, _session: Session) -> None:
        if table := getattr(self._wrote, "table", ""):
            self._wrote.table = ""
            self.take(f"after the commit of {table}")

    def _audited(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "urllib.Request":
            self.take(f"before {str(arguments[0]).split('/')[-2:][0]} of Slack")

    def _watch_actions(self) -> None:
        ask_all = Client.ask_all

        def watched(client: Client, actions: Any, *given: Any, **more: Any) -> Any:
            actions = list(actions)
            acts = [each["Action"] for each in actions if each["Action"] in ACTS]
            for each in acts:
                self.take(f"before {each}")
            answers = ask_all(client, actions, *given, **more)
            for each in acts:
                self.take(f"after {each}")
            return answers

        Client.ask_all = watched  # type: ignore[method-assign, assignment]  # counted beside


class Work:
    """Knows whether any thread of a pool still works."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pending = 0

    def watch(self) -> None:
        submit = ThreadPoolExecutor.submit

        def counted(pool: ThreadPoolExecutor, /, *given: Any, **more: Any) -> Future[Any]:
            self._count(1)
            done = submit(pool, *given, **more)
            done.add_done_callback(lambda _: self._count(-1))
            return done

        ThreadPoolExecutor.submit = counted  # type: ignore[method-assign, assignment]  # counted beside

    def _count(self, more: int) -> None:
        with self._changed:
            self._pending += more
            self._changed.notify_all()

    def wait(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._pending == 0, WAIT_SECONDS)


def _run(app: Flask, task: dict[str, Any], told: int) -> None:
    """Do a task in this process, which ends here; tell the acknowledgement, then the steps."""
    steps, work = Steps(task["last"]), Work()
    work.watch()
    steps.watch()
    if request := task.get("request"):
        answer = app.test_client().post("/slack/events", **request)
        _tell(told, {"status": answer.status_code, "body": answer.get_data(as_text=True)})
    else:
        app.extensions[TAKING_UP].look()
    work.wait()
    _tell(told, {"steps": steps.names})


def _tell(told: int, what: dict[str, Any]) -> None:
    os.write(told, json.dumps(what).encode() + b"\n")


def _as_child(task: dict[str, Any], told: int) -> NoReturn:
    try:
        _run(create_app(settings.load()), task, told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _fork(task: dict[str, Any]) -> None:
    """Print what the process tells, as soon as it does, and how it ended."""
    mine, theirs = os.pipe()
    if (child := os.fork()) == 0:
        _as_child(task, theirs)
    os.close(theirs)
    with os.fdopen(mine) as told:
        for line in told:
            print(line, end="", flush=True)
    exit_code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps({"exit": exit_code}), flush=True)


def main() -> None:
    storing.IN_TIME = WAIT_SECONDS  # how busy the machine is says nothing
    create_app(settings.load())  # imports what each process would import
    configure_mappers()
    gc.freeze()
    for line in sys.stdin:
        _fork(json.loads(line))


if __name__ == "__main__":
    main()
