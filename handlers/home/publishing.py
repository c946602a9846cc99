"""Hands a person's Home to Slack, at once: as it is opened, or as they press something in it."""

from __future__ import annotations

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from handlers.home import my_extension, reading, views
from handlers.home.snapshot import Snapshot
from handlers.home.snapshots import Snapshots
from handlers.home.views import View
from handlers.slack.admins import Admins
from handlers.slack.errors import SLACK_AWAY, name_of
from models import failure, open_home
from models.database import Database
from models.open_home import OpenHome
from pbx.services import Services

log = logging.getLogger("switchhook.home")


class Homes:
    """Everybody's Home, as one process makes them."""

    def __init__(self, services: Services, client: WebClient, admins: Admins) -> None:
        self.services = services
        self._client = client
        self._admins = admins
        self.snapshots = Snapshots(services)

    def open(self, user_id: str, page: int = 1, search: str = "") -> None:
        """Show a page of a person's Home, and keep it up to date from now on; never raises."""
        try:
            view = self.view(self.snapshots.take(), user_id, page, search)
        except SQLAlchemyError as error:
            log.warning("a Home cannot be read", extra={"reason": type(error).__name__})
            view = self._trouble(user_id, failure.cause(error))
        except Exception:
            log.exception("a Home cannot be made")
            view = self._trouble(user_id, "something went wrong inside Switchhook, and its log says more")
        self._save(OpenHome(user_id=user_id, page=page, search=search), view)

    def _trouble(self, user_id: str, reason: str) -> View:
        """Say that nothing can be shown: why to admins, and whom to ask to all others."""
        whom = None if user_id in self._admins else my_extension.ask(self._admins.mentions())
        return views.trouble_home(reason, whom)

    def reopen(self, user_id: str) -> None:
        """Show the page that the person was on last; never raises."""
        page, search = _last_page(self.services.database, user_id)
        self.open(user_id, page, search)

    def view(self, known: Snapshot, user_id: str, page: int, search: str) -> View:
        """Make a person's Home. Raises SQLAlchemyError."""
        content = reading.content_of(
            self.services,
            known,
            user_id,
            page=page,
            search=search,
            admins=self._admins.mentions(),
            is_admin=user_id in self._admins,
        )
        return views.phone_home(content)

    def publish(self, user_id: str, view: View, seen: str | None = None) -> str | None:
        """Have Slack show a view; return Slack's mark of it. Raises SLACK_AWAY.

        `seen`: the mark of the view that this one is to replace; Slack refuses if it has another by now.
        """
        marked = {"hash": seen} if seen else {}
        answer = self._client.views_publish(user_id=user_id, view=view, **marked)
        return (answer.get("view") or {}).get("hash")

    def _save(self, row: OpenHome, view: View) -> None:
        """Publish, then record it: a database that cannot be written is no reason to show nothing."""
        try:
            row.hash = self.publish(row.user_id, view)
            row.digest = views.digest(view)
        except SlackApiError as error:
            log.warning("Slack does not show a Home", extra={"reason": name_of(error)})
        except SLACK_AWAY as error:
            log.warning("Slack does not show a Home", extra={"reason": type(error).__name__})
        try:
            open_home.save(self.services.database, row)
        except SQLAlchemyError as error:
            log.warning("a Home is not kept up to date", extra={"reason": type(error).__name__})


def _last_page(database: Database, user_id: str) -> tuple[int, str]:
    try:
        with database.session() as session:
            row = open_home.find(session, user_id)
    except SQLAlchemyError:  # open() says so
        row = None
    return (row.page, row.search) if row else (1, "")
