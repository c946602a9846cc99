"""Find a headless Chromium with fonts for it: Debian's, which needs no root and changes nothing on the machine."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path

from tests.debian_packages import InstallError, Wanted, unpacked

PROGRAM = "usr/lib/chromium/chromium-headless-shell"
LIBRARIES = ("usr/lib/*", "usr/lib/*/pulseaudio")
# Lato is what Slack itself is set in; emoji without a font of their own are boxes.
FONTS = ("fonts-lato", "fonts-dejavu-core", "fonts-noto-color-emoji")


@functools.cache
def find_chromium() -> Path:
    """Return the folder that Chromium, its libraries and its fonts are unpacked in.

    The first call downloads about 130 MB. Raises InstallError.
    """
    return unpacked(WANTED)


def environment(root: Path, home: Path) -> dict[str, str]:
    """Return what Chromium needs to find its libraries and fonts, and nothing else; it writes into `home` alone."""
    fonts = home / "fonts.conf"
    fonts.write_text(FONTS_CONF.format(root=root, home=home))
    found = (path for folder in LIBRARIES for path in root.glob(f"{folder}/lib*.so*"))
    libraries = {str(path.parent) for path in found}
    return {
        "HOME": str(home),
        "LD_LIBRARY_PATH": ":".join(sorted(libraries)),
        "FONTCONFIG_FILE": str(fonts),
    }


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


def _check(root: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        argv = [str(root / PROGRAM), "--version"]
        run = subprocess.run(argv, env=environment(root, Path(home)), capture_output=True, text=True)
    if run.returncode:
        raise InstallError(f"The downloaded Chromium does not run on this machine: {run.stderr}")


WANTED = Wanted(
    name="chromium",
    packages=("chromium-headless-shell", *FONTS),
    megabytes=130,
    check=_check,
    remedy="Pictures are made where Debian's Chromium can be downloaded.",
)
