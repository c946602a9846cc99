"""Find a headless Chromium: the machine's own, or Debian's, which needs no root and changes nothing on the machine."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.debian_packages import InstallError, Wanted, unpacked

OLDEST_VERSION = 120
NAMES = (
    "chrome-headless-shell",
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
LIBRARIES = ("usr/lib/*", "usr/lib/*/pulseaudio")
# Lato is what Slack itself is set in; emoji without a font of their own are boxes.
FONTS = ("fonts-lato", "fonts-dejavu-core", "fonts-noto-color-emoji")
FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{home}/fontconfig</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Lato</family><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True)
class Installation:
    """One Chromium. `root`: the folder of an unpacked tree, None for the machine's own."""

    program: Path
    root: Path | None = None

    def environment(self, home: Path) -> dict[str, str] | None:
        """Return what it needs to find its libraries and fonts, and nothing else; None: what this process has.

        An unpacked one writes into `home` alone.
        """
        if self.root is None:
            return None
        fonts = home / "fonts.conf"
        fonts.write_text(FONTS_CONF.format(root=self.root, home=home))
        found = (path for folder in LIBRARIES for path in self.root.glob(f"{folder}/lib*.so*"))
        libraries = {str(path.parent) for path in found}
        return {
            "HOME": str(home),
            "LD_LIBRARY_PATH": ":".join(sorted(libraries)),
            "FONTCONFIG_FILE": str(fonts),
        }


@functools.cache
def find_chromium() -> Installation:
    """Return the machine's own Chromium when it runs and is new enough, else Debian's.

    Raises InstallError.
    """
    return installed() or debians()


def installed() -> Installation | None:
    """Return the one on PATH, if it runs and is new enough."""
    found = (Installation(Path(path)) for path in map(shutil.which, NAMES) if path)
    return next((each for each in found if _version(each) >= OLDEST_VERSION), None)


def debians() -> Installation:
    """Return the one that is kept, with fonts, in the user's cache folder.

    The first call downloads about 130 MB. Raises InstallError.
    """
    return _unpacked(unpacked(WANTED))


def _unpacked(root: Path) -> Installation:
    return Installation(root / "usr/lib/chromium/chromium-headless-shell", root)


def _version(chromium: Installation) -> int:
    """Return the major version, 0 when it does not run."""
    with tempfile.TemporaryDirectory() as home:
        argv, environment = [str(chromium.program), "--version"], chromium.environment(Path(home))
        run = subprocess.run(argv, env=environment, capture_output=True, text=True)
    match = re.search(r"(\d+)\.\d", run.stdout)
    return int(match.group(1)) if match and run.returncode == 0 else 0


def _check(root: Path) -> None:
    if _version(_unpacked(root)) < OLDEST_VERSION:
        raise InstallError("The downloaded Chromium does not run on this machine.")


WANTED = Wanted(
    name="chromium",
    packages=("chromium-headless-shell", *FONTS),
    megabytes=130,
    check=_check,
    remedy=f"Install Chromium {OLDEST_VERSION} or newer so that `chromium` is on PATH, and run again.",
)
