"""kill -9 between any two steps: files are old or new and never half, and the next publish() finishes."""

from __future__ import annotations

import pytest

from models import audit
from models.extension import State
from models.fields import Changes
from pbx import directory, extensions, numbers
from pbx.publish import publish
from pbx.services import Services
from tests.kills import places
from tests.pbx.extension_driver import (
    contents,
    create_live,
    has_exten,
    kept,
    live,
    reason,
    shown,
    states,
    temporary_files,
)
from tests.pbx.victim import Victim
from tests.slash_commands import TESTER

KILLS = 15
CONTEXTS = ("from-internal", "sales")


def begin(services: Services, use_case: str) -> None:
    """As it is before the use case: 101 is there, unless that is what the use case makes."""
    row = numbers.find(services, "101")
    if row is None:
        if use_case != "create":
            create_live(services, "101")
    elif use_case == "create":
        extensions.delete(services, "101", by=TESTER)
    elif use_case == "move" and row.context != "from-internal":
        live(extensions.change(services, "101", Changes(context="from-internal"), by=TESTER))


def assert_asterisk_has_what_the_rows_say(services: Services) -> None:
    rows = {status.extension.number: status.extension for status in directory.listing(services)}
    assert set(states(services).values()) <= {State.LIVE}, reason(services, "101")
    expected = {rows["101"].context} if "101" in rows else set()
    assert {context for context in CONTEXTS if has_exten(services, "101", context)} == expected
    assert ("endpoint" in shown(services, "101")) is bool(expected)


def assert_every_change_has_its_entry(services: Services) -> None:
    """Whenever it was killed; and no entry is without its change."""
    acts = [entry.action for entry in audit.latest(services.database, "101")]
    since_created = acts[: acts.index("created")] if "created" in acts else ["deleted"]
    row = numbers.find(services, "101")
    assert since_created == (["changed"] * (row.revision - 1) if row else ["deleted"])


@pytest.mark.parametrize("use_case", ["create", "move", "rotate", "delete"])
def test_a_kill_at_any_step_is_mended_by_the_next_publish(
    services: Services, victim: Victim, use_case: str
) -> None:
    create_live(services, "102")
    begin(services, use_case)
    calls = victim.run(services.settings, use_case, -1)
    assert calls > KILLS
    for place in places(calls, KILLS):
        begin(services, use_case)
        before = contents(services.settings)
        assert victim.run(services.settings, use_case, place) == -9
        killed = contents(services.settings)
        assert killed == before or before in kept(services.settings)
        publish(services)
        after = contents(services.settings)
        for old, found, new in zip(before, killed, after, strict=True):
            assert found in (old, new)
        assert_asterisk_has_what_the_rows_say(services)
        assert_every_change_has_its_entry(services)
    live(extensions.rotate_secret(services, "102", by=TESTER))
    assert temporary_files(services.settings.asterisk_config_dir) == []
