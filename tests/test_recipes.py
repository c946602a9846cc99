"""The recipes of docs/architecture.md, followed as they are printed, in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.documents import DOCUMENTS
from tests.server import PROJECT, TEST_KEY

STEP = re.compile(
    r"^`(?P<file>\S+)`, (?:(?P<how>above|below|in place of) (`+)(?P<anchor>.+?)\3|(?P<new>a new file|at the end))"
    r"[^:]*:\n\n```\w+\n(?P<text>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
SOURCES = "tests/handlers/hr/test_sources.py"
# The tests that the recipes bring, and those nearby that would notice a part left out; of slow files the ones that do.
TESTS = (
    "tests/handlers/alerts/test_calls.py::test_a_call_of_hours_is_reported",
    "tests/test_docs_tables.py",
    "tests/test_environment.py",
    f"{SOURCES}::test_every_example_is_tested_and_every_source_has_one",
    f"{SOURCES}::test_the_words_of_a_source_mean_what_its_maker_says",
    f"{SOURCES}::test_a_signed_example_is_stored_as_the_events_it_reports[acme_hired.json]",
    "tests/handlers/slack/test_roles.py",
    "tests/handlers/slack/test_command_text.py",
    "tests/handlers/slack/test_command_text_refusals.py",
    "tests/handlers/slack/test_commands.py::test_count_says_how_many_there_are",
    "tests/handlers/slack/test_limits.py::test_no_message_is_forgotten_here",
    "tests/handlers/pages/administration/test_queries_of_admins.py::test_as_much_is_asked_for_many_rows_as_for_one[unowned]",
    "tests/handlers/pages/administration/test_unowned.py",
    "tests/handlers/pages/test_attacks.py",
    "tests/handlers/test_message_kinds.py",
    "tests/models/test_migrations.py::test_no_migration_lets_sqlite_give_an_id_twice",
    "tests/models/test_field_rules.py",
    "tests/models/test_fields.py",
    "tests/handlers/slack/test_help_messages.py::test_every_setting_is_explained",
    "tests/pictures/test_ordinary.py::test_every_kind_has_ordinary_content",
    "tests/pbx/test_pjsip.py::test_the_block_is_the_guides_sections",
    "tests/pbx/test_pjsip_differences.py",
)


class Step(NamedTuple):
    """A block of a recipe, and where it goes."""

    file: str
    how: str
    anchor: str
    text: str


def steps() -> list[Step]:
    recipes = DOCUMENTS["docs/architecture.md"].partition("## Recipe: ")[2]
    found = [
        Step(each["file"], each["how"] or each["new"], each["anchor"], each["text"])
        for each in STEP.finditer(recipes)
    ]
    assert len(found) == recipes.count("\n```\n"), "a block of a recipe does not say where it goes"
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every recipe was followed."""
    tree = tmp_path_factory.mktemp("recipes") / "switchhook"
    left_out = shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", ".hypothesis", "*.db*", "node_modules", "*.png"
    )
    shutil.copytree(PROJECT, tree, ignore=left_out)
    for step in steps():
        follow(tree, step)
    return tree


def follow(tree: Path, step: Step) -> None:
    latest = max(path.name[:4] for path in (PROJECT / "migrations" / "versions").glob("*.py"))
    path = tree / step.file.replace("NEXT", "9999")
    text = step.text.replace("NEXT", "9999").replace("LATEST", latest)
    assert path.exists() is (step.how != "a new file"), path
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    place = _place(lines, step)
    path.write_text("".join([*lines[: place.start], text, *lines[place.stop :]]))


def _place(lines: list[str], step: Step) -> slice:
    """The lines that the block takes the place of; of no length where it goes between two."""
    if not step.anchor:
        return slice(len(lines), len(lines))
    found = [number for number, line in enumerate(lines) if line.strip().startswith(step.anchor)]
    assert found, f"{step.file} has no line that begins with {step.anchor}"
    return slice(found[0] + (step.how == "below"), found[0] + (step.how != "above"))


def run(tree: Path, *command: str) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tree / 'new.db'}", "SECRET_KEY": TEST_KEY}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_recipes_name_is_all_that_the_tests_ask_for(tree: Path) -> None:
    # Of any text whatever, the suite itself knows.
    slow = "tests/handlers/slack/test_command_text.py::test_any_text_is_read_or_refused"
    run(tree, "pytest", "-n0", "-p", "no:cacheprovider", f"--deselect={slow}", *TESTS)


def test_what_the_recipes_add_is_well_formed(tree: Path) -> None:
    run(tree, "ruff", "check", "--no-cache", ".")
    run(tree, "ruff", "format", "--no-cache", "--check", ".")


def test_the_column_of_a_new_field_is_what_its_migration_makes(tree: Path) -> None:
    run(tree, "alembic", "upgrade", "head")
    run(tree, "alembic", "check")
