"""A wall clock that can be moved while the processes run: Debian's libfaketime, unpacked without root."""

from __future__ import annotations

from pathlib import Path

from tests.debian_packages import InstallError, Wanted, unpacked


def _check(root: Path) -> None:
    if not _library(root):
        raise InstallError(f"{root} holds no libfaketime")


def _library(root: Path) -> Path | None:
    return next(iter(sorted(root.glob("usr/lib/*/faketime/libfaketimeMT.so.1"))), None)


WANTED = Wanted(
    name="libfaketime",
    packages=("libfaketime",),
    megabytes=4,
    check=_check,
    remedy="Where Debian's libfaketime cannot be had, run with CLOCK=0: the clock then stays.",
)


class MovableClock:
    """What processes with `environment` take for the time of day; their monotonic clocks stay as they are."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = _library(unpacked(WANTED))
        self.move(0)

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",  # as older versions call it
            "FAKETIME_DONT_RESET": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(Path(__file__).parent / "moved"),
        }

    def move(self, seconds: float) -> None:
        """Set it that far ahead of this machine's, in one step."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+g}s\n")
        written.replace(self._file)
