"""/extensions/mine: one's own extension, or whom to ask for one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from sqlmodel import select
from werkzeug.wrappers import Response

from handlers.pages import people, visitor
from handlers.pages.routes import Pages
from handlers.slack.refusals import MOST_NAMED
from handlers.slack.roles import Role
from models.actor import Actor
from models.extension import BY_NUMBER, Extension, is_of
from models.words import some
from pbx.services import Services


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/mine", Role.EVERYBODY, menu="My phone")
    def mine() -> str | Response:
        own = _own(services, visitor.current().user_id)
        if len(own) == 1:
            return redirect(url_for("pages.extension", number=own[0].number), 303)
        return render_template("pages/mine.html", own=own, ask=_whom_to_ask(pages))

    @pages.get("/start", Role.EVERYBODY, is_page=False)
    def start() -> Response:
        """Lead to where somebody begins who has just signed in."""
        page = "pages.listing" if visitor.current().is_admin else "pages.mine"
        return redirect(url_for(page), 303)


def _own(services: Services, user_id: str) -> list[Extension]:
    if not user_id:
        return []
    with services.database.session() as session:
        return list(session.exec(select(Extension).where(is_of(user_id)).order_by(*BY_NUMBER)))


def _whom_to_ask(pages: Pages) -> str:
    """Name phone admins, as far as they are known here by name."""
    admins = [Actor.slack(each) for each in pages.services.settings.slack_admins[:MOST_NAMED]]
    with pages.services.database.session() as session:
        names = people.called(session, admins)
    known = [names[each] for each in admins if each in names]
    return f"{some(known)}, or another phone admin" if known else "one of your phone admins"
