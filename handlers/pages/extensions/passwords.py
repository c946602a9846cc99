"""The password of an extension, for its owner and admins: shown, or made anew. It stands in the answer to the form alone."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup
from pydantic import SecretStr
from werkzeug.exceptions import TooManyRequests

from handlers import outcome_wording
from handlers.onboarding import linphone, password_handovers, provisioning
from handlers.pages import visitor
from handlers.pages.extensions import deeds
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models import audit
from models.extension import Extension, State
from models.types import now
from pbx import extensions, shown_secrets
from pbx.services import Services

MOST, WITHIN = 10, timedelta(minutes=10)  # of one person and extension: each is an entry in the audit
TOO_OFTEN = (
    f"You have had this password shown or made anew {MOST} times within {WITHIN.seconds // 60} minutes. Nothing was done: wait "
    "a few minutes, then try again"
)


class Code(NamedTuple):
    """By which a softphone sets itself up: a link, and its picture."""

    link: str
    picture: Markup


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.post("/<number>/password/show", Role.OWNER)
    def show_password(row: Extension) -> str:
        deeds.must_be_seen(row)
        _must_be_due(services, row)
        secret = shown_secrets.show(services, row, by=visitor.current().actor)
        return _page(services, row, secret)

    @pages.post("/<number>/password/new", Role.OWNER)
    def new_password(row: Extension) -> str:
        deeds.must_be_seen(row)
        _must_be_due(services, row)
        done = extensions.rotate_secret(services, row.number, by=visitor.current().actor, seen=row)
        shown = deeds.readable(done)
        said = outcome_wording.outcome(shown, "given a new password", row.number).split("\n")
        return _page(services, done.extension or row, done.secret, said, deeds.kind_of(shown))


def _must_be_due(services: Services, row: Extension) -> None:
    """Raise TooManyRequests for who has had this too often: the audit would show nothing else, and Asterisk do nothing else."""
    by, since = str(visitor.current().actor), now() - WITHIN
    acts = audit.page(services.database, since=since, actor=by, number=row.number, limit=10 * MOST)
    if sum(each.action == shown_secrets.SHOWN or "secret" in each.changes for each in acts) >= MOST:
        raise TooManyRequests(TOO_OFTEN)


def _page(
    services: Services,
    row: Extension,
    secret: SecretStr | None,
    said: list[str] | None = None,
    kind: str = "",
) -> str:
    """Return the page. `said`: what came of it; no `secret`: somebody has made another one since."""
    return render_template(
        "pages/password.html",
        row=row,
        said=said or [],
        kind=kind,
        server=services.settings.sip_domain,
        password=secret.get_secret_value() if secret else "",
        code=_code(services, row) if secret else None,
        is_ready=row.enabled and row.state is State.LIVE,
        is_others=row.slack_user_id not in (None, visitor.current().user_id),
    )


def _code(services: Services, row: Extension) -> Code | None:
    """Return the code for who has the phone, or the admin who sets one up that is nobody's. None: there is no way."""
    if row.slack_user_id not in (None, visitor.current().user_id):
        return None
    with services.database.session() as session:
        ticket = provisioning.ticket_for(services.settings, password_handovers.on_page(session, row), row)
    if ticket is None:
        return None
    link = provisioning.link(services.settings, ticket)
    return Code(link, Markup(linphone.qr_svg(link)))  # noqa: S704 # drawn by segno: dots
