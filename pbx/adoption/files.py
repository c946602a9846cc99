"""The administrator's files: read whole, and replaced together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from command_lines import ROOT, as_root
from pbx import config_files, safe_files, versions
from pbx.adoption.answers import Change
from pbx.config.remedies import user
from pbx.config.version_history import FileSet, LastWrite
from pbx.errors import ConfigFileError, Refusal
from pbx.publishing import moves
from pbx.services import Services
from settings import Settings


def contents(paths: Iterable[Path]) -> dict[Path, bytes]:
    """Return all bytes of each. Raises ConfigFileError."""
    found = {}
    for path in paths:
        with config_files.explained(path, "read"):
            found[path] = safe_files.read_linked(path)
    return found


def obstacle(paths: Iterable[Path], command: str) -> str | None:
    """Return why this process may not replace all of these files, and what to do; None: it may.

    `command`: what root is to type then, such as `flask ext adopt 101`.
    """
    paths = sorted(set(paths))
    if reason := symlink(paths):
        return reason
    refused = [str(path) for path in paths if not safe_files.may_replace(path)]
    if not refused:
        return None
    if os.geteuid() == ROOT:
        return (
            f"{' and '.join(refused)} cannot be replaced, even by root: their file system is read-only (remount it "
            "writable), or their folder has an attribute that forbids it (look at lsattr -d)"
        )
    return (
        f"{user()} may not replace {' and '.join(refused)}, and root may; everything keeps its owner and mode. "
        f"On the server: {as_root(command)}"
    )


def symlink(paths: Iterable[Path]) -> str | None:
    """Return why one of these files cannot be replaced by anybody."""
    link = next((path for path in paths if path.is_symlink()), None)
    if link is None:
        return None
    return (
        f"{link} is a symlink to {link.resolve()}, and replacing it would cut it off: include the file itself"
    )


def replace(services: Services, changes: Mapping[Path, Change], command: str) -> None:
    """Replace all of these files, in order; every new one stands beside the old one before the first is replaced.

    Raises Refusal, ConfigFileError; what was replaced by then is put back, and phones that are being moved are not.
    """
    if reason := obstacle(changes, command):
        raise Refusal(reason)
    replaced: list[Path] = []
    try:
        with ExitStack() as stack:
            replacements = {
                path: stack.enter_context(config_files.staged_content(path, before, after))
                for path, (before, after) in changes.items()
            }
            _keep_version(services.settings, changes)
            for path, replacement in replacements.items():
                replacement()
                replaced.append(path)
    except ConfigFileError:
        _put_back(changes, replaced)
        moves.settle(services)
        raise


def _put_back(changes: Mapping[Path, Change], replaced: Sequence[Path]) -> None:
    """Put files back in the other order; one that has been edited since stays."""
    for path in reversed(replaced):
        before, after = changes[path]
        with suppress(ConfigFileError), config_files.staged_content(path, after, before) as replacement:
            replacement()


def _keep_version(settings: Settings, changes: Mapping[Path, Change]) -> None:
    """Keep what is replaced of Switchhook's files. Raises ConfigFileError."""
    before = versions.current(settings)
    paths = versions.paths(settings)
    written = [changes[path][1] if path in changes else now for path, now in zip(paths, before, strict=True)]
    if written != list(before):
        versions.keep(settings, before, LastWrite.of(FileSet(*written)))
