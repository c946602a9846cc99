"""Finds who still knows the secret of an extension that is not theirs any more: employees who left, former users."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from models.actor import SWITCHHOOK, Actor
from models.audit import AuditEntry, Differences
from models.employee import DEPARTED_STAGES, Employee
from models.extension import Extension
from pbx.answers import is_given_away
from pbx.services import Services


def warnings(services: Services, row: Extension | None, changes: Differences) -> tuple[str, ...]:
    """Return a sentence when a change lets somebody in again who has left, or gives the extension to somebody else."""
    if row is None:
        return ()
    return _let_in(services, row, changes) + given_away(row, changes)


def _let_in(services: Services, row: Extension, changes: Differences) -> tuple[str, ...]:
    if changes.get("enabled") != [False, True]:
        return ()
    with services.database.session() as session:
        leaver = who_knows_the_secret(session, row)
    return (warning(leaver, row),) if leaver else ()


def given_away(row: Extension, changes: Differences) -> tuple[str, ...]:
    """Return a sentence when a change gives the extension to somebody else, with the password of the one before."""
    if not is_given_away(changes):
        return ()
    return (
        f"who had {row.number} until now still has its password, and can make and take its calls: "
        f"/ext secret {row.number} makes a new one",
    )


def warning(leaver: Employee, row: Extension) -> str:
    who = leaver.name or f"employee {leaver.external_id}"
    return (
        f"{who}, who left, still has the password of {row.number}: /ext secret {row.number} makes a new one"
    )


def who_knows_the_secret(session: Session, row: Extension) -> Employee | None:
    """Return who left last of those who had it with its present secret, unless another HR system still has them."""
    since = _last_change(session, row, "secret")
    query = select(Employee).where(col(Employee.number) == row.number).order_by(col(Employee.left_at).desc())
    known = session.exec(query).all()
    here = {each.email.lower() for each in known if each.stage not in DEPARTED_STAGES} - {""}
    left = (each for each in known if each.stage in DEPARTED_STAGES and each.email.lower() not in here)
    return next((each for each in left if each.left_at and each.left_at >= since), None)


def is_locked_with_its_secret(session: Session, row: Extension) -> bool:
    """Return whether it has the secret that it had when it was locked out."""
    return _last_change(session, row, "secret") < _last_change(session, row, "enabled")


def was_let_in_since(session: Session, row: Extension, since: datetime | None) -> bool:
    """Return whether somebody has let it in since then. HR's earlier news is no such decision, however late it was followed."""
    if not row.enabled or since is None:
        return False
    last = _last_entry(session, row, "enabled")
    if last is None:
        return row.employee_ref is None and row.created_at > since
    return last.at > since and Actor.parse(last.actor).kind not in ("hr", SWITCHHOOK.kind)


def _last_change(session: Session, row: Extension, name: str) -> datetime:
    """Return when a setting was changed last; otherwise, when the extension was made."""
    last = _last_entry(session, row, name)
    return last.at if last else row.created_at


def _last_entry(session: Session, row: Extension, name: str) -> AuditEntry | None:
    """Return the last change of a setting."""
    of_it = col(AuditEntry.number) == row.number, col(AuditEntry.at) >= row.created_at
    entries = session.exec(select(AuditEntry).where(*of_it).order_by(col(AuditEntry.id).desc()))
    return next((each for each in entries if name in each.changes and each.action == "changed"), None)
