"""Connections to PostgreSQL, which by themselves wait for ever: for a lock, a query, or a server that says nothing more.

The limits of locks and queries are set for each transaction. As options of a connection they would be refused by poolers such
as pgbouncer, and as settings of a session they would stay there, with whoever comes next.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, errors
from psycopg.abc import PQGen
from sqlalchemy import Connection as Transaction
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from models.patience import OPTION, USUAL, Patience

PING_SECONDS = 5.0  # for a connection that was left alone to show whether its server is still there
GRACE_SECONDS = 10.0  # beyond the limit of a query, which the server keeps to itself


class LimitedConnection(Connection[Any]):
    """One that is given up when its server does not answer."""

    seconds: float | None = PING_SECONDS  # for each answer; None: for ever

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer. Raises psycopg.OperationalError when there is none in time, and is closed then."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.seconds)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise


def limit(engine: Engine, url_options: str) -> None:
    """Have each unit of work keep to its patience. `url_options`: those in DATABASE_URL; a limit that they set stays."""
    names = [name for name in ("lock", "statement") if f"{name}_timeout" not in url_options]
    setting = ", ".join(f"set_config('{name}_timeout', '{{{name}}}', true)" for name in names)

    @event.listens_for(engine, "begin")
    def begin(transaction: Transaction) -> None:
        patience: Patience = transaction.get_execution_options().get(OPTION, USUAL)
        is_limited = "statement" in names and patience.statement
        driver: Any = transaction.connection.dbapi_connection
        driver.seconds = patience.statement / 1000 + GRACE_SECONDS if is_limited else None
        if setting:
            transaction.exec_driver_sql(f"SELECT {setting.format(**patience._asdict())}")

    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "handle_error", _unavailable)
    event.listen(engine, "checkin", _left_alone)


def _connect(_dialect: Any, _entry: Any, arguments: list[Any], more: dict[str, Any]) -> LimitedConnection:
    return LimitedConnection.connect(*arguments, **more)


def _unavailable(context: ExceptionContext) -> OperationalError | None:
    """Return an OperationalError, as SQLite has it, for what psycopg has as an InternalError: try again, it may pass."""
    reason = context.original_exception
    if isinstance(reason, errors.IdleInTransactionSessionTimeout):
        context.is_disconnect = True
    elif not isinstance(reason, errors.ReadOnlySqlTransaction):
        return None
    return OperationalError(context.statement, None, reason, hide_parameters=True)


def _left_alone(connection: LimitedConnection | Any | None, _entry: ConnectionPoolEntry) -> None:
    if connection:
        connection.seconds = PING_SECONDS
