"""A process that is killed at any step of a request leaves nothing undone, does nothing twice, and says what is so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.slack.command_buttons import ONLY_LOOK
from handlers.subcommands import SUBCOMMANDS
from tests.asterisk_bed import Asterisk
from tests.handlers.slack.kills.bed import Bed
from tests.handlers.slack.kills.cases import COMMANDS, PRESSES, Case
from tests.handlers.slack.kills.hr_cases import HR
from tests.handlers.slack.kills.killing import killed, undisturbed
from tests.handlers.slack.kills.window_cases import WINDOWS
from tests.kills import MORE
from tests.server import environment_for, migrate
from tests.slack_stand_in import SlackStandIn


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """Nobody has started its Asterisk: what is changed is saved."""
    folder = tmp_path_factory.mktemp("killed")
    database = folder / "it.db"
    migrate(f"sqlite:///{database}")
    with SlackStandIn() as slack:
        environment = environment_for(Asterisk(folder / "pbx"), slack, f"sqlite:///{database}", 1)
        made = Bed(slack, database, environment)
        made.save(made.empty)
        yield made
        made.close()


CASES = [*COMMANDS, *PRESSES, *WINDOWS, *HR]
# That store nothing, or store what is no act, so that doing it again is right
LINKS = {"mystatus", "page"}
# What they show changes nothing; their buttons are in the table, or killed in tests/pbx/adoption/test_adopt_killed.py
QUESTIONS = {"adopt", "delete", "doctor", "release"}
WITH_A_PHONE = {"call"}  # in test_killed_with_asterisk.py


def test_every_subcommand_that_changes_something_is_in_the_table() -> None:
    tried = {case.name.split()[0] for case in CASES} | LINKS | QUESTIONS | WITH_A_PHONE
    assert [name for name in SUBCOMMANDS if name not in ONLY_LOOK and name not in tried] == []


@pytest.mark.parametrize("case", CASES if MORE > 1 else CASES[::3], ids=str)
def test_a_request_is_carried_out_once_wherever_its_process_is_killed(
    bed: Bed, case: Case, tmp_path: Path
) -> None:
    wanted = undisturbed(bed, case, tmp_path / "before.db")
    assert all(killed(bed, case, wanted))
