"""People's Homes and what keeps them up to date, with a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select, update

from handlers.home.publishing import Homes
from handlers.home.refreshing import Refresher
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from models.extension import Extension
from models.lease import LeaseHolder
from models.open_home import OpenHome
from pbx.services import Services
from tests.factories import holder_of
from tests.handlers.home.homes import BOB
from tests.slack_stand_in import SlackStandIn, as_text


@dataclass
class Bed:
    """People's Homes, and a listener whose clock stands still until it is moved."""

    services: Services
    slack: SlackStandIn
    time: float = 1000.0
    homes: Homes = field(init=False)
    holder: LeaseHolder = field(init=False)
    refresher: Refresher = field(init=False)

    def __post_init__(self) -> None:
        client = slack_client(self.services.settings)
        self.homes = Homes(self.services, client, Admins(self.services.settings.slack_admins, client))
        self.holder = holder_of(self.services)
        self.refresher = Refresher(self.homes, self.holder, lambda: self.time)

    def open(self, *people: str, **more: Any) -> None:
        for each in people:
            self.slack.add_user(each, each.lower())
            self.homes.open(each, **more)
        self.refresher.refresh()

    def refresh(self, seconds: float = 1.0) -> int:
        """Let time pass, a second at a time as the job runs; how many views were published."""
        before = self.published
        for _ in range(round(seconds)):
            self.time += 1.0
            self.refresher.refresh()
        return self.published - before

    @property
    def published(self) -> int:
        return len(self.slack.called("views.publish"))

    def seen(self, user_id: str = BOB) -> str:
        return as_text(self.slack.workspace.homes[user_id])

    def rename(self, name: str, number: str = "102") -> None:
        """As every change does, in a new revision."""
        with self.services.database.session() as session:
            row = session.exec(select(Extension).where(Extension.number == number)).one()
            session.add(row.sqlmodel_update({"name": name, "revision": row.revision + 1}))

    def rows(self) -> list[OpenHome]:
        with self.services.database.session() as session:
            return list(session.exec(select(OpenHome)))

    def change_rows(self, **values: Any) -> None:
        with self.services.database.session() as session:
            session.exec(update(OpenHome).values(**values))
