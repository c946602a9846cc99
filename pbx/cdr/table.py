"""Reads the table of calls that Asterisk fills in a database: SQLite's (cdr_sqlite3_custom), or PostgreSQL's."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import DateTime

from pbx.cdr import csv_lines
from pbx.cdr.errors import RecordsUnreadable
from pbx.cdr.record import FARTHEST, Offsets, Record, located

LONGEST_CALL = 86_400.0  # seconds: rows are found by when calls began
NEEDED = {"channel", "dstchannel", "disposition"}
# What the columns are called that are called differently from Asterisk's own words, by which they come first.
NAMES = {
    "start": ("start", "calldate", "starttime", "start_time"),
    "answer": ("answer", "answerdate", "answertime", "answer_time"),
    "end": ("end", "enddate", "endtime", "end_time"),
}
SAME = ("channel", "dstchannel", "src", "dst", "clid", "lastapp", "disposition", "uniqueid", "linkedid")
LENGTHS = ("duration", "billsec")
POSTGRESQL = {"connect_timeout": 5, "options": "-c statement_timeout=20000"}


def read(url: str, since: float, fallback: Offsets) -> list[Record]:
    """Return what ended after a moment (epoch seconds), in the order in which it began. Raises RecordsUnreadable."""
    engine = _engine(url)
    try:
        table, names = _table(engine)
        earliest = datetime.fromtimestamp(since - LONGEST_CALL - FARTHEST, UTC).replace(tzinfo=None)
        start = table.c[names["start"]]
        moment: Any = earliest if isinstance(start.type, DateTime) else str(earliest)
        with engine.connect() as connection:
            rows = connection.execute(select(table).where(start >= moment).order_by(start)).mappings()
            found = [of_row(row, names) for row in rows]
    except SQLAlchemyError as error:
        raise RecordsUnreadable(_reason(error)) from None
    finally:
        engine.dispose()
    return [each for each in located(filter(None, found), fallback, since) if each.end >= since]


def of_row(row: Mapping[Any, Any], names: Mapping[str, str]) -> Record | None:
    """Return the record of a row, whatever columns are missing; None: it has no channel, or no time."""
    values = {name: _text(row[column]) for name, column in names.items()}
    start = csv_lines.moment(values.get("start", ""))
    if start is not None and not values.get("end"):
        values["end"] = _at(start + csv_lines.seconds(values.get("duration")))
    if not values.get("answer") and values.get("disposition") == "ANSWERED":
        end = csv_lines.moment(values.get("end", "")) or 0.0
        values["answer"] = _at(end - csv_lines.seconds(values.get("billsec")))
    return csv_lines.record_of(values)


def _engine(url: str) -> Engine:
    """Return one that keeps no connection, and changes nothing in a SQLite file."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=POSTGRESQL)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "do_connect", _read_only)
    event.listen(engine, "connect", _take_any_text)
    return engine


def _read_only(_dialect: Any, _entry: Any, arguments: list[Any], more: dict[str, Any]) -> None:
    path = Path(arguments[0]).absolute()
    if not os.access(path, os.R_OK):  # which no folder on the way makes raise
        raise RecordsUnreadable(
            f"{path} is not there, or may not be read by this user, or a folder on the way to it"
        )
    arguments[0], more["uri"] = f"{path.as_uri()}?mode=ro", True


def _take_any_text(connection: sqlite3.Connection, _record: object) -> None:
    """Have texts read that are no UTF-8, as some phones send names: SQLite keeps them as they come."""
    connection.text_factory = _decoded


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _table(engine: Engine) -> tuple[Table, dict[str, str]]:
    """Return the table of calls, `cdr` before others, and its columns by Asterisk's words."""
    look = inspect(engine)
    for name in sorted(look.get_table_names(), key=lambda each: (each.lower() != "cdr", each)):
        columns = look.get_columns(name)
        names = _names([each["name"] for each in columns])
        if {"start", *NEEDED} <= names.keys():
            is_text = (
                engine.dialect.name == "sqlite"
            )  # whatever a column is said to be, Asterisk writes texts
            return Table(name, MetaData(), *_columns(columns, set(names.values()), is_text)), names
    raise RecordsUnreadable(
        f"no table there has the columns {', '.join(sorted(NEEDED))} and start or calldate, as one that Asterisk fills"
    )


def _columns(columns: Iterable[ReflectedColumn], wanted: set[str], is_text: bool) -> list[Column[Any]]:
    found = (each for each in columns if each["name"] in wanted)
    return [Column(each["name"], String() if is_text else each["type"]) for each in found]


def _names(there: Sequence[str]) -> dict[str, str]:
    """Return the columns that are there, by Asterisk's words."""
    by_word = {each.lower(): each for each in reversed(there)}
    words = {word: (word,) for word in (*SAME, *LENGTHS)} | NAMES
    found = {word: next((name for name in names if name in by_word), "") for word, names in words.items()}
    return {word: by_word[name] for word, name in found.items() if name}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return value.isoformat(" ")
    if isinstance(value, bytes):
        return _decoded(value)
    return "" if value is None else str(value)


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(" ")


def _reason(error: SQLAlchemyError) -> str:
    """Return what the database says, in one line; the URL with its password is not in it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
