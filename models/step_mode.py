"""The step_mode table: whether workflows may have steps carried out here. It has one row, and none as long as nobody has chosen."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel

from models.installation import ONLY
from models.types import EnumText


class Mode(StrEnum):
    OFF = "off"  # every step fails, and says so
    ASK = "ask"  # the admins allow or refuse each change
    ON = "on"  # whoever may use the steps in Workflow Builder has their changes made


class StepMode(SQLModel, table=True):
    __tablename__ = "step_mode"

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    mode: Mode = Field(sa_column=Column(EnumText(Mode), nullable=False))


def current(session: Session) -> Mode:
    row = session.get(StepMode, ONLY)
    return row.mode if row else Mode.OFF


def choose(session: Session, mode: Mode) -> None:
    session.merge(StepMode(mode=mode))
