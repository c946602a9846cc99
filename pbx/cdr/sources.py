"""Where Asterisk's records of calls are: the database of CDR_DATABASE_URL, else the file that Asterisk says it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pbx import loaded_modules
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.cdr import master_csv, table
from pbx.cdr.errors import NotRecorded, RecordsUnreadable
from pbx.cdr.record import Offsets, Recorded
from pbx.config import remedies
from pbx.doctor.asterisk_options import get, option
from settings import Settings

FOLDER = "cdr-csv"
DEFAULT_LOGS = "/var/log/asterisk"  # astlogdir, where asterisk.conf has none
BATCH_SECONDS = 300.0  # where cdr.conf has batch=yes, and no time
TRUE = ("yes", "true", "y", "t", "1", "on")  # as Asterisk reads options
IN_CSV = "usegmtime=yes and loguniqueid=yes in [csv]"
SWITCH_ON = (
    f'in cdr.conf, have enable=yes in [general], and {IN_CSV}; then asterisk -rx "module reload cdr" and '
    'asterisk -rx "module reload cdr_csv.so"'
)
LOAD = (
    "in modules.conf, have no noload for cdr_csv.so, and load=cdr_csv.so unless it has autoload=yes; in cdr.conf, have "
    f'{IN_CSV}; then asterisk -rx "module load cdr_csv.so"'
)


@dataclass(frozen=True)
class Source:
    """Where records are. `late`: for how many seconds Asterisk may gather them before it writes.

    `problem`: why calls may lack a record, and what to do: what Asterisk does not record now, it may have recorded before; "": none
    lacks one. `read` returns what ended after a moment (epoch seconds), and raises RecordsUnreadable.
    """

    name: str
    late: float
    problem: str
    read: Callable[[float], Recorded]


def find(settings: Settings, asterisk: Client) -> Source:
    """Return the source. Raises RecordsUnreadable with what to do, AsteriskUnavailable."""
    questions = get("cdr.conf", "general"), get("cdr.conf", "csv"), get("asterisk.conf", "directories")
    general, csv, directories = (answer[0] for answer in asterisk.ask_all(questions))
    problem = _not_recorded(asterisk, general)
    late = _batch(general) if _is_on(general, "batch", "no") else 0.0
    if settings.cdr_database_url:
        url = settings.cdr_database_url.get_secret_value()
        return Source("the database of CDR_DATABASE_URL", late, problem, partial(_of_table, url))
    if not problem and loaded_modules.missing(asterisk, ["cdr_csv"]):
        problem = f"Asterisk writes no file of its calls, as cdr_csv is not loaded: {LOAD}"
    folder = settings.cdr_folder or Path(option(directories, "astlogdir", DEFAULT_LOGS)) / FOLDER
    _must_be_there(folder, problem)
    offsets = _utc if _is_on(csv, "usegmtime", "no") else local_offsets
    return Source(str(folder / master_csv.NAME), late, problem, partial(_of_file, folder, offsets))


def _must_be_there(folder: Path, problem: str) -> None:
    """Raise RecordsUnreadable: a file that is not there yet has no calls; a folder that is not, is elsewhere, or none is made."""
    try:
        with _explained(folder):
            next(folder.iterdir(), None)
    except RecordsUnreadable:
        if problem:
            raise NotRecorded(problem) from None
        raise


def _not_recorded(asterisk: Client, general: Message) -> str:
    """Return why Asterisk records no calls, else "": what it says itself counts, as it may not have read its file again."""
    is_on = _is_on(general, "enable", "yes")
    in_force = asterisk.ask_all([{"Action": "CoreSettings"}])[0][0].get("CoreCDRenabled", "")
    if in_force == "No" and is_on:
        return f"Asterisk records no calls, as it has not read that cdr.conf no longer has enable=no: {SWITCH_ON}"
    if in_force != "Yes" and not is_on:
        return f"cdr.conf has enable=no, so Asterisk records no calls: {SWITCH_ON}"
    return ""


def local_offsets(at: float) -> tuple[float, ...]:
    """Return by how many seconds this machine's clock is ahead of UTC when it shows that (epoch seconds, as if UTC's).

    Of an hour that comes twice, return both, the first first.
    """
    shown = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    both = (shown.replace(fold=fold).astimezone().utcoffset() or timedelta() for fold in (0, 1))
    return tuple(dict.fromkeys(each.total_seconds() for each in both))


def _utc(_at: float) -> tuple[float, ...]:
    return (0.0,)


def _of_table(url: str, since: float) -> Recorded:
    try:
        return Recorded(table.read(url, since, local_offsets))
    except RecordsUnreadable as error:
        raise RecordsUnreadable(
            f"the calls in the database of CDR_DATABASE_URL cannot be read ({error}): see that the database is "
            "there, that its user may read the table, and that the URL is right",
            may_pass=True,
        ) from None


def _of_file(folder: Path, offsets: Offsets, since: float) -> Recorded:
    with _explained(folder):
        return master_csv.read(folder, since, offsets)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Have an OSError say what to do. Raises RecordsUnreadable."""
    try:
        yield
    except FileNotFoundError:
        raise RecordsUnreadable(
            f"{folder} is not there: if Asterisk runs on this machine, make it, owned by Asterisk's user; if it runs "
            "elsewhere, set CDR_FOLDER to where its folder cdr-csv can be read here"
        ) from None
    except OSError as error:
        path = Path(error.filename or folder)
        reason = f"{path} may not be read by {remedies.user()}: {remedies.to_read(path)}"
        raise RecordsUnreadable(reason) from None


def _batch(general: Message) -> float:
    """Return for how many seconds Asterisk gathers records at most."""
    text = option(general, "time", "")
    return float(text) if text.isdecimal() and len(text) < 6 else BATCH_SECONDS


def _is_on(section: Message, name: str, default: str) -> bool:
    return option(section, name, default).lower() in TRUE
