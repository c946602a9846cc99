"""The nat table: the addresses by which the world reaches a PBX behind NAT. It has one row, and none without NAT."""

from __future__ import annotations

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel

from models.installation import ONLY


class Nat(SQLModel, table=True):
    """The columns are named for the options of Asterisk's transports that they become."""

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    external_media_address: str = Field(max_length=253)
    # None: as external_media_address
    external_signaling_address: str | None = Field(default=None, max_length=253)
    local_net: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))

    @property
    def signaling(self) -> str:
        return self.external_signaling_address or self.external_media_address


def current(session: Session) -> Nat | None:
    return session.get(Nat, ONLY)
