"""Each fault, put into a sound installation alone, is what the doctor names first, and its remedy mends it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.documents import DOCUMENTS
from tests.installation import Installation, files
from tests.installation.asterisk_faults import FILES, MANAGER
from tests.installation.fault import Fault
from tests.installation.repair import repaired_on_failure

FAULTS = (*FILES, *MANAGER)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder, Installation(Path(folder)) as running:
        yield running


def test_the_manager_user_is_that_of_the_document() -> None:
    lines = [line for line in files.MANAGER_USER.splitlines() if not line.startswith("secret")]
    assert [line for line in lines if f"    {line}\n" not in DOCUMENTS["docs/install.md"]] == []


@pytest.mark.parametrize("number", [[], ["101"]], ids=["system", "number"])
def test_nothing_is_found_in_a_sound_installation(installation: Installation, number: list[str]) -> None:
    answer = installation.flask_process("doctor", "--json", *number)
    assert (answer.status, answer.findings) == (0, [])
    assert len(json.loads(answer.output)["checked"]) > 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_doctor_names_a_fault_first_and_its_remedy_mends_it(
    installation: Installation, fault: Fault
) -> None:
    with repaired_on_failure(installation):
        found = _found(installation, fault)
        assert [each["check"] for each in found][:1] == [fault.check], found
        assert installation.filled_in(fault.remedy) in found[0]["remedy"]
        fault.mend(installation)
        assert installation.doctor(fault.number) == []


def _found(installation: Installation, fault: Fault) -> list[dict[str, Any]]:
    """Put the fault in and ask the doctor; unless the listener has a part in it, it could mend some meanwhile."""
    if fault.listening:
        fault.put(installation)
        return installation.doctor(fault.number)
    with installation.processes.frozen("switchhook-listener", installation.database):
        fault.put(installation)
        return installation.doctor(fault.number)
