"""Brings an installation back when a remedy did not, so that one failure does not become twenty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation.installation import Installation

AS_CREATED = ("--context=from-internal", "--codecs=ulaw,alaw,g722", "--transport=udp")
UNITS = ("switchhook-web", "switchhook-listener")


@contextmanager
def repaired_on_failure(installation: Installation) -> Iterator[None]:
    before = _files(installation)
    try:
        yield
    except BaseException:
        _repair(installation, before)
        raise


def _files(installation: Installation) -> dict[Path, tuple[int, bytes]]:
    """Return path → mode and content, but of the versions that are kept for `flask restore-files`."""
    folder = installation.asterisk.config_dir
    found = [installation.env, *folder.glob("*.*"), *folder.glob("*/*.conf")]
    return {path: (path.stat().st_mode, path.read_bytes()) for path in found if path.is_file()}


def _repair(installation: Installation, files: dict[Path, tuple[int, bytes]]) -> None:
    for path in _files(installation).keys() - files.keys():
        path.unlink()
    for path, (mode, content) in files.items():
        path.write_bytes(content)
        path.chmod(mode)
    installation.slack.clear_faults()
    installation.restart_asterisk()
    for unit in UNITS:
        installation.processes.kill(unit)  # it may have the settings of the fault
        installation.processes.start(unit)
    for number, phone in installation.phones.items():
        installation.flask("ext", "set", number, *AS_CREATED)
        installation.flask("ext", "enable", number)
        phone.unregister()
        phone.register()
    installation.flask("publish")
