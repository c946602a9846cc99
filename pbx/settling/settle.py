"""Settles what an older state of the database, or another one, differs in from Asterisk: which of them counts.

Rows first, then one publish that takes the files over. Whichever step is the last before a crash, it is done once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from command_lines import as_user
from models import audit, put_back
from models.api_token import ApiToken, all_of
from models.extension import Extension, State
from models.installation import ONLY, Installation
from models.types import now
from models.words import some
from pbx import config_files
from pbx.adoption import take_over
from pbx.config import reader
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import Refusal
from pbx.publish import publish
from pbx.publishing import foreign_files, guard, identity, planning
from pbx.publishing.desired import RunningConflicts
from pbx.services import Services
from pbx.settling import difference, keeping, notice
from pbx.settling.decision import Decision, Side
from pbx.settling.difference import Difference

log = logging.getLogger("switchhook.settling")

Tell = Callable[[Session, Decision, Difference], None]  # to be called in the transaction


@dataclass(frozen=True)
class Unsettled:
    """What is to be settled. `why`: None, nothing is; `as_of`: when the database was last written."""

    why: str | None
    found: Difference = field(default_factory=Difference)
    as_of: datetime | None = None
    of_another: bool = False  # a backup of another installation was restored, as it seems
    held: int = 0  # messages that are not posted
    tokens: Sequence[ApiToken] = ()  # that open the API
    begun: Decision | None = None  # what was decided, and is not carried out to its end


@dataclass(frozen=True)
class Settled:
    """What came of it. `changed`: phones that could not be kept to the letter, for no newer change; `ownerless`: whose owner
    no file has."""

    left: Sequence[Extension]  # not live yet
    ownerless: Sequence[str] = ()
    disabled: Sequence[str] = ()
    by_hand: Sequence[str] = ()  # the administrator's
    changed: Sequence[str] = ()


def look(services: Services) -> Unsettled:
    """Return what is to be settled. Raises ConfigFileError."""
    on_disk = reader.read(services.settings)
    why = foreign_files.conflict(services)
    if why is None:
        return Unsettled(None)
    with services.database.session() as session:
        row = session.get(Installation, ONLY)
        held, of_another = put_back.held_messages(session), put_back.is_of_another(session)
        begun, was_noticed = notice.begun(session), put_back.was_noticed(session)
    live = [each for each in all_of(services.database) if each.revoked_at is None and each.expires_at > now()]
    found = _difference(services, planning.rows_of(services), on_disk)
    return Unsettled(why, found, row.as_of if row and was_noticed else None, of_another, held, live, begun)


def _difference(services: Services, rows: Sequence[Extension], on_disk: ConfigOnDisk) -> Difference:
    wanted = planning.plan_of(services, rows, on_disk, RunningConflicts()).blocks
    by_hand = [row.number for row in rows if on_disk.admin.endpoints(row.number)]
    with services.database.session() as session:
        changed = notice.newer(session)
        has_one_past = put_back.was_noticed(session) and not put_back.is_of_another(session)
    found = difference.between(rows, wanted, on_disk.blocks, by_hand, changed)
    return replace(found, has_one_past=has_one_past)


def settle(services: Services, decision: Decision, tell: Tell) -> Settled:
    """Carry the decision out, and publish. Raises Refusal, one of PUBLISH_ERRORS: then it is to be called once more."""
    with config_files.locked(services.settings.asterisk_config_dir):
        on_disk, rows = reader.read(services.settings), planning.rows_of(services)
        _hold(services, on_disk)
        if foreign_files.conflict(services) is None:
            raise Refusal("there is nothing to settle: the database and Asterisk's files are of one state")
        found = _difference(services, rows, on_disk)
        refuse_unknown(services, decision.but)
        with services.database.session() as session:
            is_new = _begin(session, decision)
            kept = keeping.keep(services, session, _of_asterisk(decision, found), found, on_disk, decision.by)
            if is_new:
                audit.record(session, decision.by, decision.act, changes=decision.changes)
                tell(session, decision, found)
    log.warning("settled", extra={"by": str(decision.by), "decision": str(decision)})
    _, effect = foreign_files.preview(services)
    take_over.give_back(services, by=decision.by, typed=decision.command)
    publish(services, take_over=True)
    left = [row for row in planning.rows_of(services) if row.state is not State.LIVE]
    kept_of = [n for n in effect.changed if (n in decision.but) is (decision.side is Side.DATABASE)]
    stays = found.newer.words()
    return Settled(
        left,
        kept.ownerless,
        kept.disabled,
        kept.by_hand,
        [number for number in kept_of if number not in stays],
    )


def _begin(session: Session, decision: Decision) -> bool:
    """Return whether nothing was decided yet, and have no other decision until this is carried out.

    Raises Refusal where another was: the rows are as that has them, and no longer this database's.
    """
    row = session.get(Installation, ONLY) or Installation()
    if row.put_back_at is None:  # another database: nobody has put an older state of this one back
        row.put_back_at = now()
        session.add(row)
        return True
    begun = notice.begun(session)
    refuse_another(begun, decision)
    return begun is None


def refuse_another(begun: Decision | None, decision: Decision) -> None:
    """Raise Refusal where another one is begun."""
    if begun and not begun.is_as(decision):
        raise Refusal(
            f"{begun.not_ended}: {as_user(begun.command)} carries it out; to decide anew, restore the backup once more"
        )


def _hold(services: Services, on_disk: ConfigOnDisk) -> None:
    """Notice what nobody has noticed yet: after it is settled that would be too late."""
    if not notice.is_unsettled(services) and guard.is_older_state(
        identity.current(services.database), on_disk
    ):
        notice.hold(services)


def refuse_unknown(services: Services, numbers: Collection[str]) -> None:
    """Raise Refusal for numbers that nobody has: a typo in the one that is to be an exception would be its loss."""
    known = {row.number for row in planning.rows_of(services)}
    known |= reader.read(services.settings).blocks.endpoints.keys()
    with services.database.session() as session:
        begun = notice.begun(session)
    known |= (
        set(begun.but) if begun else set()
    )  # what was interrupted may have taken them from Asterisk's files
    if unknown := [number for number in numbers if number not in known]:
        raise Refusal(
            f"neither the database nor Asterisk's files have {some(unknown)}: give those for which the other one counts, "
            "of the numbers that flask settle names, as in --but=101,102"
        )


def _of_asterisk(decision: Decision, found: Difference) -> set[str]:
    """Return the numbers that become what Asterisk has; the administrator's by hand are theirs either way."""
    alone = {*found.only_asterisk, *found.only_database, *found.enabled_since}
    every = alone | {*found.by_hand, *found.twice, *found.changed}
    chosen = every - set(decision.but) if decision.side is Side.ASTERISK else every & set(decision.but)
    return chosen | set(found.by_hand)
