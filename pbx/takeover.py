"""What publishing would do to the phones in the files, looked at without doing it."""

from __future__ import annotations

from sqlmodel import col, select

from models.extension import Extension
from pbx import files, identity, ownership, pjsip, plan
from pbx.ownership import Effect
from pbx.system import PhoneSystem
from pbx.wishes import Around


def survey(system: PhoneSystem) -> tuple[str | None, Effect]:
    """Why publish() refuses, if it does, and what would become of each phone. Raises ConfigFileError."""
    with system.database.session() as session:
        rows = session.exec(select(Extension).order_by(col(Extension.number))).all()
    on_disk = files.read(system.settings)
    todo = plan.make(
        rows, Around(on_disk.admin, system.box, pjsip.kept(on_disk.pjsip.block_text())), system.settings
    )
    objection = ownership.objection(identity.current(system.database), rows, todo, on_disk)
    return objection, ownership.effect(todo, on_disk)
