"""What is known of the database's latest state beside it: a small file among the earlier versions of Asterisk's files.

A backup that is put back, by whatever road, does not bring it along, so it shows that the database is an older one.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pbx import safe_files, versions
from pbx.errors import ConfigFileError
from pbx.safe_files import Rights
from settings import Settings

NAME = "database.json"
FORMER = 20  # identities that are remembered
MOST_LATER = 100_000_000  # counts: 15 years of ticks; what is further on is damage, and would leave no numbers to go on with
Count = Annotated[int, Field(ge=0, lt=2**31)]  # as PostgreSQL's INTEGER has it
Moment = Annotated[float, Field(ge=0, lt=10**10)]  # epoch seconds


class Witness(BaseModel):
    """The latest state of the database that was seen. `at`: epoch seconds; `ids`: the highest it gave, by table."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    identity: str
    ticks: Count
    writes: Count
    at: Moment
    ids: dict[str, Count] = {}
    revoked: tuple[str, ...] = ()  # tokens of the API, by jti
    former: tuple[str, ...] = ()  # identities of before

    def is_later_than(self, identity: str, ticks: int, writes: int) -> bool:
        """Return whether a database with these is an older state of what was seen."""
        if identity != self.identity:
            return identity in self.former
        return 0 < max(self.ticks - ticks, self.writes - writes) <= MOST_LATER

    def ticks_from(self, ticks: int) -> int:
        """Return the ticks from which a database with these goes on."""
        return max(ticks, self.ticks) if self.ticks - ticks <= MOST_LATER else ticks


def read(settings: Settings) -> Witness | None:
    """Return None where there is none, or somebody damaged it."""
    try:
        content, _ = safe_files.read(versions.folder_of(settings) / NAME)
        return Witness.model_validate_json(content)
    except (OSError, ConfigFileError, ValidationError):
        return None


def write(settings: Settings, seen: Witness) -> None:
    """Write it where earlier versions are kept; nowhere while there are none. Raises OSError, ConfigFileError."""
    before = read(settings)
    if before and before.identity != seen.identity:
        former = (*before.former, before.identity)[-FORMER:]
        seen = seen.model_copy(update={"former": tuple(each for each in former if each != seen.identity)})
    elif before:
        seen = seen.model_copy(update={"former": before.former})
    _replace(settings, seen)


def remember(settings: Settings, identity: str) -> None:
    """Have a former identity be the last that is forgotten: a backup of it is restored. Raises as write()."""
    seen = read(settings)
    if seen and identity in seen.former:
        others = [each for each in seen.former if each != identity]
        _replace(settings, seen.model_copy(update={"former": (*others, identity)}))


def _replace(settings: Settings, seen: Witness) -> None:
    with suppress(FileNotFoundError), safe_files.folder(versions.folder_of(settings)) as folder:
        rights = Rights.of(folder)
        file = Rights(rights.user, rights.group, 0o600)
        with safe_files.replacement(folder, NAME, seen.model_dump_json().encode(), file) as replace:
            replace()
