"""An .env that the user of the process may not read."""

from __future__ import annotations

import os
import subprocess

import pytest

import settings
from tests.ordinary_user import folder_of_nobody, nobody
from tests.server import TEST_KEY


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user for a while")
def test_an_env_file_that_may_not_be_read_is_named_with_what_root_has_to_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    monkeypatch.delenv("PORT", raising=False)
    with folder_of_nobody("opt") as folder:
        path = folder / ".env"
        path.write_text("PORT=8123\n")
        path.chmod(0o600)
        monkeypatch.chdir(folder)
        with nobody(), pytest.raises(SystemExit) as stopped:
            settings.load()
        said = f"{path} may not be read by nobody: as root, chown root:nogroup {path}; chmod 640 {path}"
        assert str(stopped.value) == f"Switchhook cannot start:\n  {said}"
        subprocess.run(["sh", "-ec", said.partition("as root, ")[2]], check=True)
        with nobody():
            assert settings.load().port == 8123
