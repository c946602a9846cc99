"""Each migration says whether it adds or takes away; those that say they add do no more, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from models import oldest_program
from models.database import Database
from tests.models import migrating
from tests.models.migrating import run
from tests.models.tables import facts, no_expansion
from tests.server import PROJECT

database_url = migrating.database_url

OLD = ("CREATE TABLE old (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mail VARCHAR)",)
ADDITIONS = (
    "CREATE TABLE new (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, CHECK (id > 0))",
    "ALTER TABLE old ADD COLUMN note VARCHAR",
    "ALTER TABLE old ADD COLUMN times INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX of_names ON old (name)",
    "ALTER TABLE old ADD COLUMN key VARCHAR; CREATE UNIQUE INDEX of_keys ON old (key)",
    "CREATE TABLE new (old_id INTEGER, FOREIGN KEY (old_id) REFERENCES old (id) ON DELETE CASCADE)",
)
MORE = {
    "DROP TABLE old": "table old is gone",
    "ALTER TABLE old DROP COLUMN mail": "column old.mail is gone",
    "ALTER TABLE old RENAME COLUMN mail TO address": "column old.mail is gone",
    "CREATE UNIQUE INDEX of_names ON old (name)": "index old.of_names refuses rows that were taken before",
    "CREATE TABLE new (old_id INTEGER REFERENCES old (id))": "needs ON DELETE CASCADE or SET NULL",
    "CREATE TRIGGER t AFTER INSERT ON old BEGIN DELETE FROM old; END": "trigger old.t is for rows of",
    "DROP TABLE old; CREATE TABLE old (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mail INTEGER)": (
        "column old.mail is another"
    ),
    "DROP TABLE old; CREATE TABLE old (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mail VARCHAR, n INTEGER NOT NULL)": (
        "column old.n needs a server default"
    ),
    "DROP TABLE old; CREATE TABLE old (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mail VARCHAR, CHECK (name <> ''))": (
        "check old.name <> '' is for rows of"
    ),
}


def migrations() -> Iterator[ModuleType]:
    """Those from the first on that says which kind it is, oldest first."""
    scripts = list(ScriptDirectory.from_config(Config(toml_file=PROJECT / "pyproject.toml")).walk_revisions())
    yield from (each.module for each in reversed(scripts) if each.revision >= oldest_program.FIRST)


def of_change(tmp_path: Path, change: str) -> list[str]:
    path = tmp_path / "tables.db"
    path.touch()
    database = Database(f"sqlite:///{path}")
    found = []
    for statements in (OLD, change.split("; ") if "TRIGGER" not in change else [change]):
        with database.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        found.append(facts(database.engine))
    database.close()
    return no_expansion(*found)


@pytest.mark.parametrize("change", ADDITIONS)
def test_what_only_adds_is_an_expansion(tmp_path: Path, change: str) -> None:
    assert of_change(tmp_path, change) == []


@pytest.mark.parametrize("change", MORE)
def test_what_an_older_program_would_stumble_over_is_none(tmp_path: Path, change: str) -> None:
    assert any(MORE[change] in each for each in of_change(tmp_path, change)), of_change(tmp_path, change)


def test_each_migration_says_its_kind_and_a_contraction_which_program_goes_on() -> None:
    for each in migrations():
        kind = getattr(each, "kind", None)
        assert kind in ("expansion", "contraction"), f"{each.__file__} lacks kind = …: see CONTRIBUTING.md"
        if kind == "contraction":
            named = getattr(each, "oldest_program", "")
            assert oldest_program.FIRST <= named <= each.revision, f"{each.__file__} lacks oldest_program = …"


def test_expansions_only_add_what_older_programs_need_not_know(database_url: str) -> None:
    run(database_url, "downgrade", oldest_program.FIRST)
    database = Database(database_url)
    before = facts(database.engine)
    for each in list(migrations())[1:]:
        run(database_url, "upgrade", each.revision)
        after = facts(database.engine)
        harm = no_expansion(before, after)
        assert each.kind == "contraction" or harm == [], f"{each.__file__} is no expansion: {harm}"
        before = after
    database.close()
