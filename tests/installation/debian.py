"""Debian's own /etc/asterisk, as the package has it, with an Asterisk that runs on it; and a scratch root around it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.install import find_asterisk

# What an Asterisk on loopback beside others needs of its own: its folders, fewer modules, its log and its ports.
OF_THE_BED = {"asterisk.conf", "modules.conf", "logger.conf", "rtp.conf"}
NOT_READ = {"minivm.conf"}  # by these modules; it is not in UTF-8
AMI_PORT = "port = 5038"


def default_folder() -> Path:
    """The folder of the package's files, as they are before anybody has edited them."""
    return (find_asterisk().root or Path("/")) / "etc/asterisk"


def default_files() -> dict[str, str]:
    """Name → text of all of them that Asterisk reads; AMI is on a port of the bed."""
    folder = default_folder()
    files = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*.conf")
        if path.name not in OF_THE_BED | NOT_READ
    }
    assert files["manager.conf"].count(AMI_PORT) == 1
    files["manager.conf"] = files["manager.conf"].replace(AMI_PORT, "port = @AMI_PORT@")
    return files


def scratch_root(folder: Path, asterisk: Asterisk | None = None) -> Path:
    """A root with Debian's folders; its /etc/asterisk is that of a running Asterisk, or a copy of the package's."""
    root = folder / "root"
    for name in ("etc/nginx/sites-available", "etc/systemd/system", "var/lib"):
        (root / name).mkdir(parents=True)
    if asterisk:
        # The folder itself has to be below the root: flask init writes through no link.
        asterisk.config_dir.rename(root / "etc/asterisk")
        asterisk.config_dir.symlink_to(root / "etc/asterisk")
    else:
        shutil.copytree(default_folder(), root / "etc/asterisk")
    return root
