"""Programs of Debian's that need no root and change nothing on the machine: unpacked in the user's cache folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

KEYRINGS = Path("/usr/share/keyrings")
APT_CONF = """\
Dir::State "{apt}/state";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
#clear APT::Architectures;
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Default-Release "{suite}";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


class InstallError(RuntimeError):
    """What was wanted is not there, and why it could not be fetched; the text ends with what to do."""


@dataclass(frozen=True)
class Wanted:
    """Packages to be unpacked into one tree, with all that they need.

    `suite`: Debian's, None for the machine's own. `check` raises InstallError where the tree's program does not run.
    `remedy`: what to do then.
    """

    name: str
    packages: tuple[str, ...]
    megabytes: int
    check: Callable[[Path], None]
    remedy: str
    suite: str | None = None


def unpacked(wanted: Wanted) -> Path:
    """Return the folder of the tree; the first call downloads it. Raises InstallError."""
    try:
        return _download_once(wanted)
    except InstallError as error:
        raise InstallError(f"{error}\n{wanted.remedy}") from error


def _download_once(wanted: Wanted) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "switchhook"
    architecture = _run(["dpkg", "--print-architecture"]).strip()
    root = cache / f"{wanted.name}-{architecture}"
    if not root.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{root.name}.lock"):
            if not root.is_dir():  # another process may have been first
                _download(wanted, root, architecture)
    return root


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(wanted: Wanted, root: Path, architecture: str) -> None:
    """Fetch and unpack beside `root`, and take its name only when the result runs."""
    for abandoned in root.parent.glob(f"{root.name}.part-*"):
        shutil.rmtree(abandoned)
    with tempfile.TemporaryDirectory(prefix=f"{root.name}.part-", dir=root.parent) as part:
        apt, tree = Path(part, "apt"), Path(part, "root")
        _prepare_apt(apt, architecture, wanted)
        _say(wanted, "reading Debian's package list")
        _apt_get(apt, "update")
        names = ", ".join(wanted.packages)
        _say(wanted, f"downloading {names} with their libraries (about {wanted.megabytes} MB)")
        _apt_get(apt, "install", "--yes", "--download-only", *wanted.packages)
        packages = sorted(apt.glob("cache/archives/*.deb"))
        _say(wanted, f"unpacking {len(packages)} packages")
        _unpack(packages, tree)
        wanted.check(tree)
        tree.rename(root)
    _say(wanted, f"ready in {root}")


def _unpack(packages: list[Path], tree: Path) -> None:
    tree.mkdir()
    for package in packages:
        _run(["dpkg-deb", "-x", str(package), str(tree)])


def _prepare_apt(apt: Path, architecture: str, wanted: Wanted) -> None:
    """Give apt a state of its own, in which nothing is installed: it then downloads every library."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    mirror, release = _archive(wanted)
    suite = wanted.suite or release
    (apt / "sources.list").write_text(f"deb [signed-by={_keyring()}] {mirror} {suite} main\n")
    (apt / "apt.conf").write_text(APT_CONF.format(apt=apt, architecture=architecture, suite=suite))


def _apt_get(apt: Path, *arguments: str) -> str:
    # With -c, the machine's own apt.conf is still read, so its proxy is used.
    return _run(["apt-get", "-c", str(apt / "apt.conf"), "-o", "APT::Update::Error-Mode=any", *arguments])


def _archive(wanted: Wanted) -> tuple[str, str]:
    """Return the Debian archive which this machine already uses, and the release that it takes from there."""
    for line in _run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]).splitlines():
        uri, release = line.split()
        if "debian" in uri and "security" not in uri and "-" not in release:
            return uri, release
    raise InstallError(f"apt's sources name no Debian archive to download {wanted.packages[0]} from.")


def _keyring() -> Path:
    for name in ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp"):
        if (KEYRINGS / name).exists():
            return KEYRINGS / name
    raise InstallError(f"The package debian-archive-keyring is not installed ({KEYRINGS} has no such file).")


def _run(argv: list[str]) -> str:
    try:
        run = subprocess.run(argv, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise InstallError(f"It can be downloaded only where {argv[0]} exists (Debian).") from error
    if run.returncode:
        reasons = [line for line in run.stderr.splitlines() if line[:2] in ("E:", "W:")] or [run.stderr]
        raise InstallError(f"{argv[0]} failed; is the network there?\n" + "\n".join(reasons[-5:]))
    return run.stdout


def _say(wanted: Wanted, text: str) -> None:
    print(f"{wanted.name}: {text}", file=sys.stderr, flush=True)
