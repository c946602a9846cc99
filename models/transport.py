"""The transport table: where Asterisk is to listen besides what the administrator wrote and what extensions need."""

from __future__ import annotations

from sqlmodel import Field, Session, SQLModel, select


class Transport(SQLModel, table=True):
    """One that somebody asked for, in the place of SIP_BIND. The administrator's own of its protocol counts instead."""

    protocol: str = Field(primary_key=True, max_length=8)
    bind: str = Field(max_length=64)  # address and port


def binds(session: Session) -> dict[str, str]:
    """Return protocol → address and port."""
    return {row.protocol: row.bind for row in session.exec(select(Transport))}
