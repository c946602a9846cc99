"""The same with an Asterisk, which shows in the end what the database has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.extension import State
from pbx import directory
from pbx.drift.look import look
from tests.asterisk_bed import Asterisk
from tests.handlers.slack.kills.cases import Case
from tests.handlers.slack.kills.killing import killed, undisturbed
from tests.handlers.slack.kills.pbx_cases import LIVE, PbxBed
from tests.kills import MORE
from tests.server import environment_for, migrate
from tests.slack_stand_in import SlackStandIn


@pytest.fixture(scope="module")
def bed(shared_asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxBed]:
    shared_asterisk.reset()
    database = tmp_path_factory.mktemp("killed") / "it.db"
    migrate(f"sqlite:///{database}")
    with SlackStandIn() as slack:
        environment = environment_for(shared_asterisk, slack, f"sqlite:///{database}", 1)
        made = PbxBed(slack, database, environment, asterisk=shared_asterisk)
        made.save(made.empty)
        yield made
        made.close()


@pytest.mark.parametrize("case", LIVE if MORE > 1 else LIVE[::3], ids=str)
def test_what_was_killed_is_live_once_it_is_answered(bed: PbxBed, case: Case, tmp_path: Path) -> None:
    wanted = undisturbed(bed, case, tmp_path / "before.db")
    for _ in killed(bed, case, wanted):
        assert [
            each for each in directory.listing(bed.services) if each.extension.state is not State.LIVE
        ] == []
        assert look(bed.services).drifts == []
