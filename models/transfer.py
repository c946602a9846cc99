"""Copying all rows of one database into another, SQLite or PostgreSQL: in one transaction, without reusing ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, delete, func, insert, inspect, select, text
from sqlmodel import SQLModel

from models import schema
from models.database import Database
from models.patience import ENDLESS, OPTION

BATCH_SIZE = 1000  # rows
MOST_GIVEN = 100_000_000  # ids, between a backup and the day on which it is put back
UNHURRIED = {OPTION: ENDLESS}
# What says which process works on a database right now, files that wait for an hour, with passwords in them, and which
# programs may use the tables, which is about the tables that are there
NOT_COPIED = {"lease", "csv_import", "oldest_program"}


class NotEmpty(Exception):
    """The target has rows already."""


class Unreadable(Exception):
    """A row of the source is not as its table has rows; the message names the table, and no value."""


def copy(source: Database, target: Database, *, replace: bool = False) -> None:
    """Copy all rows; both databases have the program's tables. `replace`: delete the target's rows first.

    Raises NotEmpty without `replace`, Unreadable, sqlalchemy.exc.SQLAlchemyError; the target is then as it was.
    """
    with _snapshot(source.engine) as old, _transaction(target.engine) as new:
        if not replace and _has_rows(new, _tables()):
            raise NotEmpty
        highest = {table: max(_highest_id(old, table), _highest_id(new, table)) for table in _tables()}
        for table in reversed(_tables()):
            new.execute(delete(table))
        for table in _tables():
            _copy_table(old, new, table)
            _set_highest_id(new, table, highest[table])


def is_empty(database: Database) -> bool:
    """Return whether it has no rows of ours; it may have no tables yet."""
    if schema.is_missing(database.engine.url):
        return True
    there = set(inspect(database.engine).get_table_names())
    with database.engine.connect() as connection:
        return not _has_rows(connection, [table for table in _tables() if table.name in there])


def _tables() -> list[Table]:
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in NOT_COPIED]


def _has_rows(connection: Connection, tables: list[Table]) -> bool:
    return any(connection.execute(select(table).limit(1)).first() for table in tables)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Connect to the database as it is at one moment, whoever writes meanwhile."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")  # Python's driver begins none for reading
            yield connection
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ", **UNHURRIED) as connection:
            yield connection


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    with engine.execution_options(**UNHURRIED).begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def _copy_table(old: Connection, new: Connection, table: Table) -> None:
    try:
        rows = old.execution_options(yield_per=BATCH_SIZE).execute(select(table)).mappings()
        for part in rows.partitions(BATCH_SIZE):
            new.execute(insert(table), [dict(row) for row in part])
    except (
        ValueError,
        TypeError,
        LookupError,
    ) as error:  # of a date, of JSON, of a word among those of an enum
        raise Unreadable(f"a row of {table.name} cannot be read ({type(error).__name__})") from None


def _highest_id(connection: Connection, table: Table) -> int:
    """Return the highest id that was ever given, also to deleted rows: it must not be reused."""
    column = table.autoincrement_column
    if column is None:
        return 0
    there: int = connection.execute(select(func.max(column))).scalar() or 0
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return max(there, connection.execute(query, {"name": table.name}).scalar() or 0)
    last, is_given = connection.execute(text(f"SELECT last_value, is_called FROM {_sequence(table)}")).one()  # noqa: S608 (our own names)
    return max(there, last if is_given else 0)


def _set_highest_id(connection: Connection, table: Table, highest: int) -> None:
    if table.autoincrement_column is None or not highest:
        return
    if connection.dialect.name == "sqlite":
        if table.dialect_options["sqlite"]["autoincrement"]:
            values = {"name": table.name, "seq": highest}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), values)
    else:
        query = text("SELECT setval(:sequence, :highest)")
        connection.execute(query, {"sequence": _sequence(table), "highest": highest})


def highest_ids(connection: Connection) -> dict[str, int]:
    """Return the highest id that each table has ever given."""
    return {
        table.name: _highest_id(connection, table)
        for table in _tables()
        if table.autoincrement_column is not None
    }


def raise_ids(connection: Connection, known: Mapping[str, int], margin: int) -> None:
    """Have each table go on above what it gave, and above what is known that it gave in a later state.

    What is known comes from a file: a damaged one is not to use all ids up.
    """
    for table in _tables():
        if table.autoincrement_column is not None:
            given = _highest_id(connection, table)
            later = min(max(known.get(table.name, 0) - given, 0), MOST_GIVEN)
            _set_highest_id(connection, table, given + later + margin)


def _sequence(table: Table) -> str:
    """Return the name that PostgreSQL gives the sequence of a SERIAL."""
    return f"{table.name}_id_seq"
