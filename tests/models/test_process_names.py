"""A lease whose holder is a process: whether that has ended, and what it is called by."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from sqlmodel import select

from models import process_names
from models.database import Database
from models.lease import LISTENER_LEASE, Lease, LeaseHolder
from tests.models import migrating
from tests.server import PROJECT
from tests.waiting import wait_for

database_url = migrating.database_url


def owner(database: Database) -> str:
    with database.session() as session:
        return session.exec(select(Lease)).one().holder


def test_a_lease_of_a_process_that_was_killed_is_acquired_at_once_whether_somebody_has_waited_for_it_or_not(
    database: Database,
) -> None:
    held = "import sys, time; from models.database import Database; from models.lease import LeaseHolder; "
    run = (
        held
        + "LeaseHolder(Database(sys.argv[1]), 'listener').acquire(); print('held', flush=True); time.sleep(60)"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", run, url], cwd=PROJECT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        name = owner(database)
        taker = LeaseHolder(database, LISTENER_LEASE)
        assert not taker.acquire()
        process.kill()
        process.stdout.read()  # until it is gone; it is a zombie then
        assert wait_for(lambda: process_names.has_ended(name))
        assert taker.acquire()
    assert process_names.has_ended(name)


def test_a_process_that_has_the_id_of_another_is_not_taken_for_it() -> None:
    host, process, part, space = process_names.process_name().rsplit(":", 3)
    pid, started = process.split("-")
    assert not process_names.has_ended(f"{host}:{process}:{part}:{space}")
    assert process_names.has_ended(f"{host}:{pid}-{int(started, 16) - 1:x}:{part}:{space}")
    assert not process_names.has_ended(f"{host}:{pid}:{part}:{space}")  # an older version named it


def test_names_of_processes_fit_into_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 64)
    monkeypatch.setattr(os, "getpid", lambda: 2**22)
    monkeypatch.setattr(process_names, "_started", lambda _: f"{2**40:x}")
    assert len(process_names.process_name()) <= 64


@pytest.mark.parametrize(
    "holder", ["", "another", "host:1:x", "host:x:y:z", "host:4194305:00000000:elsewhere0"]
)
def test_of_a_process_elsewhere_it_is_not_known_whether_it_ended(holder: str) -> None:
    assert not process_names.has_ended(holder)
