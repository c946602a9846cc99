"""What publishing would do to the phones in the files, looked at without doing it."""

from __future__ import annotations

from sqlmodel import col, select

from command_lines import typed
from models.extension import Extension
from pbx import pjsip
from pbx.config import reader
from pbx.config.managed_files import Files
from pbx.errors import ConfigFileError
from pbx.publishing import guard, identity, plan
from pbx.publishing.desired import Around
from pbx.publishing.guard import Effect
from pbx.services import Services

REMEDY = (
    "Nothing was changed. Either DATABASE_URL is to name the database that wrote them, or, if this one is to: on the "
    f"server, {typed('flask publish --take-over')} shows what would become of each, and asks"
)


def objection(system: Services) -> str | None:
    """Why publish() refuses; None when it does not. Raises ConfigFileError."""
    return _objection(system, reader.read(system.settings))


def standstill(system: Services) -> str | None:
    """Why publish() writes nothing at all; None when it does."""
    try:
        return objection(system)
    except ConfigFileError as error:
        return str(error)


def survey(system: Services) -> tuple[str | None, Effect]:
    """The same, and what would become of each phone. Raises ConfigFileError."""
    on_disk = reader.read(system.settings)
    return _objection(system, on_disk), _effect(system, on_disk)


def _objection(system: Services, on_disk: Files) -> str | None:
    ours = identity.current(system.database)
    with system.database.session() as session:
        numbers = session.exec(select(Extension.number)).all()
    return with_remedy(guard.objection(ours, numbers, on_disk, lambda: _effect(system, on_disk)))


def with_remedy(objection: str | None) -> str | None:
    """The same, and what to do about it."""
    return f"{objection}. {REMEDY}" if objection else None


def _effect(system: Services, on_disk: Files) -> Effect:
    with system.database.session() as session:
        rows = session.exec(select(Extension).order_by(col(Extension.number))).all()
    around = Around(on_disk.admin, system.box.open, pjsip.kept(on_disk.blocks.endpoints))
    wanted = plan.make(rows, around, system.settings.extension_range, system.settings.sip_bind)
    return guard.effect(wanted.blocks, on_disk.blocks)
