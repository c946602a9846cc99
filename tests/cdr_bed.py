"""An Asterisk that records its calls, as Debian's files have it do, and otherwise where a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import MODULES

CSV_MODULES = "func_cdr cdr_csv"
# What Debian's cdr.conf says where it says anything. Linkedids, which newcdrcolumns=yes adds, are off.
DEBIAN_CDR_CONF = """\
[general]

[csv]
usegmtime=yes    ; log date/time in GMT.  Default is "no"
loguniqueid=yes  ; log uniqueid.  Default is "no"
loguserfield=yes ; log user field.  Default is "no"
accountlogs=yes  ; create separate log file for each account code. Default is "yes"
;newcdrcolumns=yes ; Enable logging of post-1.8 CDR columns (peeraccount, linkedid, sequence).
"""


def files(cdr_conf: str = DEBIAN_CDR_CONF, modules: str = CSV_MODULES) -> dict[str, str]:
    """Return the files that switch it on."""
    loads = "".join(f"load={name}.so\n" for name in f"{MODULES} {modules}".split())
    return {"modules.conf": f"[modules]\nautoload=no\n{loads}", "cdr.conf": cdr_conf}


def recording(folder: Path, more: Mapping[str, str] | None = None, **options: Any) -> Asterisk:
    """Return one that is not started yet; its package would have made the folder."""
    csv_folder(folder).mkdir(parents=True)
    return Asterisk(folder, files=files() | dict(more or {}), **options)


def csv_folder(folder: Path) -> Path:
    return folder / "log/cdr-csv"
