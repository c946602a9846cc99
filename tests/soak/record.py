"""What was done, as JSON lines with the time of each: nothing is kept in mind alone."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Record:
    """The record of one run; any thread may write. Times are epoch seconds by this machine's clock, which nobody moves."""

    def __init__(self, path: Path) -> None:
        self.entries: list[Entry] = []
        self._lock = threading.Lock()
        self._file = path.open("a", buffering=1)

    def note(self, what: str, **more: Any) -> Entry:
        """Add an entry; `what` says of what kind it is."""
        entry = {"at": time.time(), "what": what, **more}
        with self._lock:
            self.entries.append(entry)
            self._file.write(json.dumps(entry, default=str) + "\n")
        return entry

    def of(self, *kinds: str) -> list[Entry]:
        with self._lock:
            return [each for each in self.entries if each["what"] in kinds]

    def counts(self) -> Counter[str]:
        with self._lock:
            return Counter(str(each["what"]) for each in self.entries)

    def close(self) -> None:
        self._file.close()
