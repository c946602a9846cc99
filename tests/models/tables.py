"""The tables of a database as they are, and why a program that was made for them could not work on what they became."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, inspect, text

Facts = dict[tuple[str, ...], Any]  # (kind, table, name) → what is known of it


def facts(engine: Engine) -> Facts:
    """Return all tables, columns, indexes, constraints and triggers."""
    return dict(_facts(engine))


def _facts(engine: Engine) -> Iterator[tuple[tuple[str, ...], Any]]:
    seen = inspect(engine)
    for table in seen.get_table_names():
        yield ("table", table), None
        for column in seen.get_columns(table):
            known = {
                "type": repr(column["type"]),
                "nullable": column["nullable"],
                "default": column["default"],
            }
            yield ("column", table, column["name"]), known
        yield ("primary key", table), tuple(seen.get_pk_constraint(table)["constrained_columns"])
        for index in seen.get_indexes(table):
            yield (
                ("index", table, str(index["name"])),
                (tuple(index["column_names"]), bool(index["unique"])),
            )
        for unique in seen.get_unique_constraints(table):
            yield ("index", table, str(unique["name"])), (tuple(unique["column_names"]), True)
        for key in seen.get_foreign_keys(table):
            columns, rule = tuple(key["constrained_columns"]), key["options"].get("ondelete", "")
            yield ("foreign key", table, *columns), (key["referred_table"], rule.upper())
        for check in seen.get_check_constraints(table):
            yield ("check", table, str(check["sqltext"])), None
    yield from _triggers(engine)


def _triggers(engine: Engine) -> Iterator[tuple[tuple[str, ...], Any]]:
    where = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table, trigger_name FROM information_schema.triggers",
    }
    with engine.connect() as connection:
        for table, name in connection.execute(text(where[engine.dialect.name])):
            yield ("trigger", str(table), str(name)), None


def no_expansion(before: Facts, after: Facts) -> list[str]:
    """Return what of the change is more than an addition that a program made for the tables before need not know."""
    gone = [f"{_name(each)} is gone" for each in before.keys() - after.keys()]
    changed = [
        f"{_name(each)} is another" for each in before if each in after and after[each] != before[each]
    ]
    added = {each: after[each] for each in after.keys() - before.keys()}
    return sorted([*gone, *changed, *(_name(each) + why for each, why in _unknown_harm(before, added))])


def _unknown_harm(before: Facts, added: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
    for each, known in added.items():
        kind, table = each[:2]
        if kind == "foreign key" and _is_old(before, known[0]) and known[1] not in ("CASCADE", "SET NULL"):
            yield (
                each,
                f" keeps rows of {known[0]} from being deleted: it needs ON DELETE CASCADE or SET NULL",
            )
        elif not _is_old(before, table):
            continue
        elif kind == "column" and not known["nullable"] and known["default"] is None:
            yield each, " needs a server default or to be nullable: nobody who does not know it writes it"
        elif (
            kind == "index"
            and known[1]
            and not any(_is_new_and_empty(added, table, name) for name in known[0])
        ):
            yield each, " refuses rows that were taken before"
        elif kind in ("check", "trigger"):
            yield each, " is for rows of a program that does not know it"


def _is_new_and_empty(added: Facts, table: str, name: str) -> bool:
    known = added.get(("column", table, name), {"nullable": False})
    return bool(known["nullable"]) and known["default"] is None


def _is_old(before: Facts, table: str) -> bool:
    return ("table", table) in before


def _name(each: tuple[str, ...]) -> str:
    return f"{each[0]} {'.'.join(each[1:])}"
