"""Homes of people in a database without an Asterisk, as Slack shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.home import reading, snapshot
from handlers.home.content import HomeContent
from handlers.home.publishing import Homes
from handlers.home.views import View, phone_home
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from models.extension import State
from pbx.services import Services
from tests.factories import insert_extension
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_view

ADA, BOB, EVE = "<@U0ADA>", "U0BOB0001", "U0EVE0001"
WRITTEN = {"enabled": True}


def add(services: Services, number: str, name: str = "Bob", **values: Any) -> None:
    """An extension that Asterisk has."""
    insert_extension(services, number, name=name, **{"state": State.LIVE, "last_verified": WRITTEN} | values)


def content(
    services: Services,
    user_id: str = BOB,
    page: int = 1,
    search: str = "",
    *,
    is_admin: bool = False,
    **known: Any,
) -> HomeContent:
    """What their Home is made of, while Asterisk answers unless it is said otherwise."""
    found = replace(snapshot.take(services, None), **known)
    return reading.content_of(
        services, found, user_id, page=page, search=search, admins=[ADA], is_admin=is_admin
    )


def seen(view: View) -> str:
    """What people see, after Slack has found nothing wrong with it."""
    check_view(view)
    return "\n".join(line for line in as_text(view).split("\n") if line.strip("=─"))


def home(services: Services, *arguments: Any, **more: Any) -> str:
    return seen(phone_home(content(services, *arguments, **more)))


def labels(view: View) -> list[str]:
    """Of all buttons."""
    return [
        element["text"]["text"]
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element["type"] == "button"
    ]


def homes_of(services: Services) -> Homes:
    client = slack_client(services.settings)
    return Homes(services, client, Admins(services.settings.slack_admins, client))
