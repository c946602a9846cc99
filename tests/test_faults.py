"""Each fault, put into a sound installation alone, is what the doctor names first, and its remedy mends it."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.documents import DOCUMENTS
from tests.installation import Installation, files
from tests.installation.fault import Fault
from tests.installation.faults import FAULTS
from tests.installation.process_faults import renew_lease
from tests.installation.repair import repaired_on_failure
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder, Installation(Path(folder)) as running:
        yield running


def test_the_manager_user_is_that_of_the_document() -> None:
    lines = [line for line in files.MANAGER_USER.splitlines() if not line.startswith("secret")]
    assert [line for line in lines if f"    {line}\n" not in DOCUMENTS["docs/install-by-hand.md"]] == []


@pytest.mark.parametrize("number", [[], ["101"]], ids=["system", "number"])
def test_nothing_is_found_in_a_sound_installation(installation: Installation, number: list[str]) -> None:
    _found(installation, "".join(number), [])  # once it need not wait for a busy machine
    answer = installation.flask_process("doctor", "--json", *number)
    assert (answer.status, answer.findings) == (0, [])
    assert len(json.loads(answer.output)["checked"]) > 1


@pytest.mark.parametrize("command", ["doctor", "doctor 101"])
def test_slack_says_so_too_and_what_was_checked(installation: Installation, command: str) -> None:
    said = say(SlackUser(installation.slack, installation.url, ADMIN_ID, "alice"), command)
    assert said.startswith("✅ Nothing is wrong")
    assert "Asterisk's manager interface lets Switchhook in" in said


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_doctor_names_a_fault_first_and_its_remedy_mends_it(
    installation: Installation, fault: Fault
) -> None:
    with repaired_on_failure(installation):
        with _listener(installation, fault):
            fault.put(installation)
            found = _found(installation, fault.number, [fault.check], frozen=not fault.listening)
            assert installation.filled_in(fault.remedy) in found[0]["remedy"]
            fault.mend(installation)
        _found(installation, fault.number, [])


def _found(
    installation: Installation, number: str, first: list[str], *, frozen: bool = False
) -> list[dict[str, Any]]:
    """Ask until this is found first: on a busy machine Asterisk answers late, and the doctor could not check.

    `frozen`: the listener is, and would be found first where the fault took long to put in.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if frozen:
            renew_lease(installation)
        found = installation.doctor(number)
        if [each["check"] for each in found][:1] == first or time.monotonic() > deadline:
            assert [each["check"] for each in found][:1] == first, found
            return found


def _listener(installation: Installation, fault: Fault) -> AbstractContextManager[None]:
    """Freeze it, so that it mends nothing meanwhile, unless it has a part in the fault."""
    processes = installation.processes
    return (
        nullcontext() if fault.listening else processes.frozen("switchhook-listener", installation.database)
    )
