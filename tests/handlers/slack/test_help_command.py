"""`/ext help` answers whatever is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.slack import help_command
from handlers.slack.command_text import Arguments
from handlers.subcommands import SUBCOMMANDS
from pbx.services import Services


@pytest.mark.parametrize(("is_admin", "has_create"), [(True, True), (False, False)])
def test_a_database_that_is_away_keeps_nobody_from_reading_it(
    quiet: Services, is_admin: bool, has_create: bool
) -> None:
    file = Path(str(quiet.database.engine.url.database))
    quiet.database.close()
    file.rename(file.with_suffix(".away"))
    given = Arguments((), {}, asked_by="U0ADA", is_admin=is_admin)
    shown = str(help_command.run(quiet, given, SUBCOMMANDS).blocks)
    assert ("create <number>" in shown or "create &lt;number" in shown) is has_create
    assert "status" in shown
