"""An installation as docs/install.md describes it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.documents import DOCUMENTS
from tests.installation import Installation, files


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder, Installation(Path(folder)) as running:
        yield running


def test_a_sound_installation_is_ready_and_its_phones_are_registered(installation: Installation) -> None:
    answer = requests.get(f"http://127.0.0.1:{installation.port}/readyz", timeout=10)
    assert answer.json() == {"ami": "ok", "database": "ok"}
    assert "2 extensions, 2 registered" in installation.flask_process("ext", "list").output


def test_the_manager_user_is_that_of_the_document() -> None:
    lines = [line for line in files.MANAGER_USER.splitlines() if not line.startswith("secret")]
    assert [line for line in lines if f"    {line}\n" not in DOCUMENTS["docs/install.md"]] == []
