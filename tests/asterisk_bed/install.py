"""Find a real Asterisk, or fetch one that needs no root and changes nothing on the machine."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.debian_packages import InstallError, Wanted, unpacked

OLDEST_VERSION = 18
REMEDY = f"Install Asterisk {OLDEST_VERSION} or newer so that `asterisk` is on PATH, and run again."


@dataclass(frozen=True)
class Installation:
    """The programs and files of one Asterisk.

    `root` is the folder of an unpacked tree, None for the machine's own. `modules` and `data` are what
    asterisk.conf calls astmoddir and astdatadir.
    """

    modules: Path
    data: Path
    root: Path | None = None

    def argv(self, program: str) -> list[str]:
        """The words that start `program` ("asterisk", "sipp", "curl"); add its arguments to them.

        Raises FileNotFoundError when the installation has no such program.
        """
        if self.root is None:
            return [_which(program)]
        library = self.modules.parent.parent
        # A tree newer than the machine needs its own libc, hence its own loader.
        return [str(_loader(library)), "--library-path", str(library), str(_program(self.root, program))]


@functools.cache
def find_asterisk() -> Installation:
    """The machine's own Asterisk when it is new enough, else one kept in the user's cache folder.

    The first call without either downloads about 80 MB. Raises InstallError.
    """
    return _installed() or _unpacked(unpacked(WANTED))


def _installed() -> Installation | None:
    program = shutil.which("asterisk")
    if program is None or _version([program]) < OLDEST_VERSION:
        return None
    modules = _first_folder("/usr/lib/*/asterisk/modules", "/usr/lib*/asterisk/modules")
    data = _first_folder("/usr/share/asterisk/documentation", "/var/lib/asterisk/documentation")
    return Installation(modules, data.parent) if modules and data else None


def _unpacked(root: Path) -> Installation:
    modules = _first_folder(f"{root}/usr/lib/*/asterisk/modules")
    if modules is None:
        raise InstallError(f"{root} holds no Asterisk modules; delete that folder.\n{REMEDY}")
    return Installation(modules, root / "usr/share/asterisk", root)


def _first_folder(*patterns: str) -> Path | None:
    found = (path for pattern in patterns for path in sorted(Path("/").glob(pattern.lstrip("/"))))
    return next(found, None)


def _which(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is not on PATH")
    return path


def _program(root: Path, name: str) -> Path:
    for folder in ("usr/sbin", "usr/bin"):
        if (root / folder / name).exists():
            return root / folder / name
    raise FileNotFoundError(f"{name} is not in {root}")


def _loader(library: Path) -> Path:
    return next(iter(sorted(library.glob("ld-linux*.so.*"))))


def _version(argv: list[str]) -> int:
    """The major version, 0 when the program does not say one."""
    run = subprocess.run([*argv, "-V"], capture_output=True, text=True)
    match = re.search(r"Asterisk (\d+)", run.stdout)
    return int(match.group(1)) if match else 0


def _check(root: Path) -> None:
    if _version(_unpacked(root).argv("asterisk")) < OLDEST_VERSION:
        raise InstallError("The downloaded Asterisk does not run on this machine.")


WANTED = Wanted(
    name="asterisk",
    packages=("asterisk", "sip-tester", "curl"),
    megabytes=80,
    check=_check,
    remedy=REMEDY,
    suite="forky",  # Debian stable carries no asterisk package
)
