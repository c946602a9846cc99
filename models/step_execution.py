"""The step_execution table: each step of a Slack workflow that was to be carried out here, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select, update

from models import pruning
from models.database import Database
from models.types import EnumText, UtcDateTime, now

KEEP = timedelta(days=60)


class StepState(StrEnum):
    """How far an execution has come."""

    NEW = "new"  # received
    ASKED = "asked"  # the admins are to allow it
    RUNNING = "running"  # allowed; to be carried out, or Asterisk has yet to follow
    FINISHED = "finished"  # carried out, or refused; Slack does not know it yet
    TOLD = "told"  # Slack knows it, and the workflow goes on or has failed
    UNTOLD = "untold"  # Slack would not hear of it any more


class StepExecution(SQLModel, table=True):
    """One execution. Slack repeats an event that was not acknowledged in time: `execution_id` counts once."""

    __tablename__ = "step_execution"
    __table_args__ = {"sqlite_autoincrement": True}  # a button names it by its id

    id: int | None = Field(default=None, primary_key=True)
    execution_id: str = Field(max_length=64, unique=True)  # Slack's function_execution_id
    function: str = Field(max_length=100)  # callback_id
    inputs: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: StepState = Field(
        default=StepState.NEW, sa_column=Column(EnumText(StepState), nullable=False, index=True)
    )
    # What Slack is to be told: one of the two.
    outputs: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    error: str | None = None
    attempts: int = 0  # to tell Slack
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


def in_state(session: Session, *states: StepState) -> list[StepExecution]:
    """Return those whose turn it is, oldest first."""
    is_due = col(StepExecution.next_try_at).is_(None) | (col(StepExecution.next_try_at) <= now())
    this = col(StepExecution.state).in_(states), is_due
    return list(session.exec(select(StepExecution).where(*this).order_by(col(StepExecution.id))))


def advance(session: Session, row: StepExecution, state: StepState, **values: object) -> bool:
    """Bring it into a state; return False if it is not in the state any more in which it was seen."""
    this = col(StepExecution.id) == row.id, col(StepExecution.state) == row.state
    news: dict[str, object] = {"next_try_at": None} | values
    return bool(session.exec(update(StepExecution).where(*this).values(state=state, **news)).rowcount)


def prune(database: Database) -> None:
    """Delete old ones, whatever became of them."""
    pruning.prune(database, StepExecution, col(StepExecution.created_at) < now() - KEEP)
