"""A process that counts, as a web process or the listener does. Run with `python -m tests.pbx.counting`.

For each number that it reads, it counts so many published times, and says what it has then. `fill`: first fill the
disk that the folder is on.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from pbx import instrument_files
from pbx.instruments import EVENTS_STORED, PLACE, PUBLISHES


def fill_disk() -> None:
    with suppress(OSError), Path(os.environ[instrument_files.VARIABLE], "all-of-it").open("wb", 0) as file:
        while True:
            file.write(bytes(4096))


def main() -> None:
    if "fill" in sys.argv:
        fill_disk()
    print("complete" if PLACE.is_complete else "alone", flush=True)
    for line in sys.stdin:
        for number in range(int(line)):
            EVENTS_STORED.labels(f"kind {number}").inc()
            PUBLISHES.labels("published").inc()
        print(PUBLISHES.labels("published")._value.get(), flush=True)


if __name__ == "__main__":
    main()
