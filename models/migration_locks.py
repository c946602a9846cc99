"""Waiting for PostgreSQL's locks while tables are migrated, without keeping others from their work.

A change of a table waits for every transaction that has as much as read it, such as pg_dump's, and everybody else waits
behind it. So it waits for a moment only, and all is undone and done again later.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from models.patience import Patience

# Longer than deadlock_timeout, one second, after which PostgreSQL ends an autovacuum that is in the way.
PATIENCE = Patience(lock=1_500, statement=0)
PAUSE_SECONDS = 3.0
# Who has had locks in this database for longer; when a transaction began is shown for one's own role alone.
HOLDERS = text(
    "SELECT DISTINCT pid, usename, application_name, to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS since "
    "FROM pg_stat_activity JOIN pg_locks USING (pid) "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND granted AND locktype IN ('relation', 'advisory') "
    "AND coalesce(xact_start < clock_timestamp() - interval '1 second', true) ORDER BY since, pid LIMIT 3"
)

log = logging.getLogger("switchhook.migrations")


def migrate_between_others(connection: Connection, migrate: Callable[[], None]) -> None:
    """Do a migration, which is one transaction, again and again until nobody else has locked its tables."""
    told = None
    while True:
        try:
            return migrate()
        except OperationalError as error:
            if "lock timeout" not in str(error.orig):
                raise
        connection.rollback()
        if (holders := _holders(connection)) != told:
            log.warning("waiting for %s; nothing is changed yet, and others go on working", holders)
        told = holders
        time.sleep(PAUSE_SECONDS)


def _holders(connection: Connection) -> str:
    with connection.begin():
        rows = connection.execute(HOLDERS).all()
    return ", ".join(_holder(*row) for row in rows) or "a transaction that has used a table"


def _holder(pid: int, user: str, program: str, since: str | None) -> str:
    begun = f", begun {since}" if since else ""
    return f"the transaction of {program or 'a program'} (user {user}, process {pid}{begun})"
