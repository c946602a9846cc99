"""Faults of the database and of what is in it."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from models import schema
from tests.installation.fault import Fault, both, edited, flask, setting, typed
from tests.installation.installation import Installation
from tests.server import migrate
from tests.waiting import wait_for

OTHER_KEY = "dXR0ZXJseS1vdGhlci1rZXktb2YtYW5vdGhlci1wYng"
GATE = "[103]\ntype=endpoint\ncontext=from-internal\n\n"
HAND_WRITTEN = "[hand-written](!)\n"


def _put_back_an_older_version(installation: Installation) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["url"] = make_url(f"sqlite:///{installation.database}")
    command.downgrade(config, "-1")


def _name_another_database(installation: Installation) -> None:
    other = installation.database.with_name("other.db")
    migrate(f"sqlite:///{other}")
    installation.give(other)
    setting("DATABASE_URL", "sqlite:///{folder}/var/other.db")(installation)


class Lock:
    """Of another program, which keeps everybody else from Asterisk's own database."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def take(self, installation: Installation) -> None:
        path = installation.asterisk.folder / "lib" / "astdb.sqlite3"
        connection = self._stack.enter_context(
            closing(sqlite3.connect(path, timeout=3, isolation_level=None))
        )
        wait_for(lambda: _is_locked(connection, installation))

    def release(self, _installation: Installation) -> None:
        self._stack.close()


def _is_locked(connection: sqlite3.Connection, installation: Installation) -> bool:
    """Asterisk keeps others from writing after it has read something, until it has written something itself."""
    installation.asterisk.cli("database put switchhook lock 1")
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True


ASTDB = Lock()
DATABASE = (
    Fault(
        "the database is of an older version",
        "database",
        _put_back_an_older_version,
        ".venv/bin/alembic upgrade head",
        typed("cd {opt} && sudo -u switchhook .venv/bin/alembic upgrade head"),
    ),
    Fault(
        "the database is not where DATABASE_URL says",
        "database",
        setting("DATABASE_URL", "sqlite:///{folder}/nowhere/switchhook.db"),
        "check DATABASE_URL",
        setting("DATABASE_URL", "{DATABASE_URL}"),
    ),
    Fault(
        "DATABASE_URL names another database",
        "identity",
        _name_another_database,
        "DATABASE_URL names the database that wrote them",
        setting("DATABASE_URL", "{DATABASE_URL}"),
    ),
    Fault(
        "SECRET_KEY was replaced",
        "secret-key",
        setting("SECRET_KEY", OTHER_KEY),
        "put the key that sealed it back, behind the new one",
        setting("SECRET_KEY", "{SECRET_KEY}"),
    ),
    Fault(
        "a phone is written by hand as well",
        "waiting",
        both(
            flask("ext", "create", "103", "--name=Carol"),
            edited("pjsip.conf", HAND_WRITTEN, f"{GATE}{HAND_WRITTEN}"),
            flask("publish"),
        ),
        "publish again: flask publish",
        both(
            edited("pjsip.conf", f"{GATE}{HAND_WRITTEN}", HAND_WRITTEN),
            typed('asterisk -rx "module reload res_pjsip.so"'),
            typed("cd {opt} && .venv/bin/flask publish"),
            flask("ext", "delete", "103"),
        ),
    ),
    Fault(
        "another program keeps Asterisk's own database locked",
        "registrations",
        ASTDB.take,
        "that no other program keeps it locked",
        ASTDB.release,
    ),
)
