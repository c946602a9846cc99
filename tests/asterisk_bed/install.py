"""Find a real Asterisk, or fetch one that needs no root and changes nothing on the machine."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 18
SUITE = "forky"  # Debian stable carries no asterisk package
PACKAGES = ("asterisk", "sip-tester", "curl")
KEYRINGS = Path("/usr/share/keyrings")
REMEDY = f"Install Asterisk {OLDEST_VERSION} or newer so that `asterisk` is on PATH, and run again."

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
    """No usable Asterisk, and why it could not be fetched; the text ends with what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}\n{REMEDY}")


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
    return _installed() or _unpacked(_download_once())


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
        raise InstallError(f"{root} holds no Asterisk modules; delete that folder.")
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


def _download_once() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "switchhook"
    architecture = _architecture()
    root = cache / f"asterisk-{architecture}"
    if not root.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{root.name}.lock"):
            if not root.is_dir():  # another process may have been first
                _download(root, architecture)
    return root


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(root: Path, architecture: str) -> None:
    """Fetch and unpack beside `root`, and take its name only when the result runs."""
    for abandoned in root.parent.glob(f"{root.name}.part-*"):
        shutil.rmtree(abandoned)
    with tempfile.TemporaryDirectory(prefix=f"{root.name}.part-", dir=root.parent) as part:
        apt, tree = Path(part, "apt"), Path(part, "root")
        _prepare_apt(apt, architecture)
        _say(f"reading the package list of Debian {SUITE}")
        _apt_get(apt, "update")
        _say(f"downloading {', '.join(PACKAGES)} with their libraries (about 80 MB)")
        _apt_get(apt, "install", "--yes", "--download-only", *PACKAGES)
        _unpack(sorted(apt.glob("cache/archives/*.deb")), tree)
        if _version(_unpacked(tree).argv("asterisk")) < OLDEST_VERSION:
            raise InstallError("The downloaded Asterisk does not run on this machine.")
        tree.rename(root)
    _say(f"ready in {root}")


def _unpack(packages: list[Path], tree: Path) -> None:
    _say(f"unpacking {len(packages)} packages")
    tree.mkdir()
    for package in packages:
        _run(["dpkg-deb", "-x", str(package), str(tree)])


def _prepare_apt(apt: Path, architecture: str) -> None:
    """Give apt a state of its own, in which nothing is installed: it then downloads every library."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    source = f"deb [signed-by={_keyring()}] {_mirror()} {SUITE} main\n"
    (apt / "sources.list").write_text(source)
    (apt / "apt.conf").write_text(APT_CONF.format(apt=apt, architecture=architecture, suite=SUITE))


def _apt_get(apt: Path, *arguments: str) -> str:
    # With -c, the machine's own apt.conf is still read, so its proxy is used.
    return _run(["apt-get", "-c", str(apt / "apt.conf"), "-o", "APT::Update::Error-Mode=any", *arguments])


def _architecture() -> str:
    return _run(["dpkg", "--print-architecture"]).strip()


def _mirror() -> str:
    """The Debian archive which this machine already uses."""
    listed = _run(["apt-get", "indextargets", "--format", "$(REPO_URI)"]).split()
    for uri in dict.fromkeys(listed):
        if "debian" in uri and "security" not in uri:
            return uri
    raise InstallError("apt's sources name no Debian archive to download Asterisk from.")


def _keyring() -> Path:
    for name in ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp"):
        if (KEYRINGS / name).exists():
            return KEYRINGS / name
    raise InstallError(f"The package debian-archive-keyring is not installed ({KEYRINGS} has no such file).")


def _run(argv: list[str]) -> str:
    try:
        run = subprocess.run(argv, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise InstallError(f"Asterisk can be downloaded only where {argv[0]} exists (Debian).") from error
    if run.returncode:
        reasons = [line for line in run.stderr.splitlines() if line[:2] in ("E:", "W:")] or [run.stderr]
        raise InstallError(f"{argv[0]} failed; is the network there?\n" + "\n".join(reasons[-5:]))
    return run.stdout


def _say(text: str) -> None:
    print(f"asterisk_bed: {text}", file=sys.stderr, flush=True)
