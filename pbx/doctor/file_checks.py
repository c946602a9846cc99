"""Checks of Asterisk's configuration files, as they stand on the disk."""

from __future__ import annotations

from collections.abc import Iterator

from pbx.config import reader
from pbx.doctor.findings import Finding
from pbx.errors import ConfigFileError
from pbx.services import Services


def files(services: Services) -> Iterator[Finding]:
    """Find why publishing would write nothing, if the files are the reason."""
    try:
        reader.read(services.settings)
    except ConfigFileError as error:
        yield Finding.explained(
            "files", str(error), "until then nothing is published: changes are saved, and wait"
        )
