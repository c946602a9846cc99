"""Checks of Asterisk's configuration files, as they stand on the disk and as Asterisk reads them."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from pbx import config_files
from pbx.ami import connected
from pbx.config import reader
from pbx.config.managed_files import ManagedFile, Provenance
from pbx.config.parser import Section
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.errors import ConfigFileError
from pbx.services import Services
from settings import Settings

NOBODY = Provenance("")  # a file of it would have to be written
LOCK_SECONDS = 10.0  # Switchhook itself has the folder for that long with a great many phones
WAITS = "until then nothing is published: changes are saved, and wait"
FROM_FILES = (
    "endpoint",
    "auth",
    "aor",
    "transport",
)  # kinds of objects that Switchhook writes into pjsip.conf


def files(services: Services) -> Iterator[Finding]:
    """Find why publishing would write nothing, if the files are the reason."""
    try:
        reader.read(services.settings)
    except ConfigFileError as error:
        yield Finding.explained("files", str(error), WAITS)


def writable(services: Services) -> Iterator[Finding]:
    """Find what keeps this process from replacing the files: writes a copy beside each, and takes it away."""
    settings = services.settings
    try:
        with config_files.locked(settings.asterisk_config_dir, LOCK_SECONDS):
            on_disk = reader.read(settings)
            for file, _ in on_disk.texts(on_disk.blocks):
                with config_files.staged(file, "", NOBODY):
                    pass
    except ConfigFileError as error:
        yield Finding.explained("writable", str(error), WAITS)


def secrecy(services: Services) -> Iterator[Finding]:
    """Find that other users of the machine may read the phones' secrets."""
    path = services.settings.pjsip_path
    if _is_for_everybody(path):
        yield Finding(
            "secrecy",
            f"every user of this machine may read {path}",
            "the phones' secrets are in it, and with one of them calls can be made at your cost",
            f"as root, chmod o-rwx {quote(str(path))}; Asterisk reads it by its group",
        )


def _is_for_everybody(path: Path) -> bool:
    may_pass = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.absolute().parents)
    return may_pass and bool(path.stat().st_mode & stat.S_IROTH)


def same_folder(services: Services) -> Iterator[Finding]:
    """Find that Asterisk reads its files in another folder than Switchhook writes them to."""
    settings = services.settings
    on_disk = reader.read(settings)
    for name, file in ((settings.pjsip_conf, on_disk.pjsip), (settings.extensions_conf, on_disk.extensions)):
        shown = _categories(settings, name)
        if shown is None or not _own_sections(file) <= shown:
            yield Finding(
                "same-folder",
                f"Asterisk does not have {file.path} as it is on this machine: it reads its files elsewhere",
                "what Switchhook writes is never read",
                'asterisk -rx "core show settings" names the “Configuration directory”: set ASTERISK_CONFIG_DIR to it, as this '
                "machine sees it, and restart both processes; is AMI_HOST the Asterisk that is meant?",
            )
            return


def _categories(settings: Settings, name: str) -> set[str] | None:
    """Return the names of the sections that Asterisk finds in a file; None: it has no such file.

    Raises NothingToCheck where it does not say: its folder is a symlink, and AMI shows nothing outside it.
    """
    with connected(settings) as asterisk:
        answer = asterisk.ask_all([{"Action": "ListCategories", "Filename": name}])[0][0]
    if answer.get("Response") == "Error":
        if "not found" in answer.get("Message", ""):
            return None
        raise NothingToCheck(f"Asterisk does not show its files: {answer.get('Message')}")
    return {value for header, value in answer.items() if header.startswith("Category-")}


def _own_sections(file: ManagedFile) -> set[str]:
    """Return the names of the sections in Switchhook's block."""
    return set(re.findall(r"^\[([^\]\n]*)\]", file.block_text(), re.MULTILINE))


def sorcery(services: Services) -> Iterator[Finding]:
    """Find kinds of objects that sorcery.conf has Asterisk look for elsewhere alone, so that pjsip.conf does not count."""
    mapped = [each for each in reader.read(services.settings).admin.sorcery if each.name == "res_pjsip"]
    for kind in FROM_FILES:
        if (values := _values(mapped, kind)) and not any(_is_pjsip_conf(value) for value in values):
            yield Finding(
                "sorcery",
                f"sorcery.conf has {kind}={values[0]} in [res_pjsip], and no {kind} from pjsip.conf",
                f"Asterisk does not read any {kind} that Switchhook writes",
                f"in [res_pjsip] of sorcery.conf, add the line {kind}=config,pjsip.conf,criteria=type={kind} above it, then "
                "systemctl restart asterisk",
            )


def _values(mapped: list[Section], kind: str) -> list[str]:
    """Return where objects of a kind come from; `endpoint/cache` is no place of its own."""
    return [value for section in mapped for name, value, _, _ in section.options if name.lower() == kind]


def _is_pjsip_conf(value: str) -> bool:
    return value.replace(" ", "").startswith("config,pjsip.conf")
