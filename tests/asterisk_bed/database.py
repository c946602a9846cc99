"""What Asterisk keeps in AstDB."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def saved_contacts(path: Path) -> list[str]:
    """Return the extension numbers with a registration, one for each contact."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        keys = database.execute("SELECT key FROM astdb WHERE key LIKE '/registrar/contact/%'").fetchall()
    return sorted(str(key).split("/")[3].partition(";")[0] for (key,) in keys)
