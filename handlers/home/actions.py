"""A Home is opened, and its buttons are pressed."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import App

from handlers.home import action_ids, team
from handlers.home.queue import HomeQueue, Page
from handlers.slack.replies import acknowledge
from models.open_home import MAX_SEARCH_LENGTH


def register(bolt: App, queue: HomeQueue) -> None:
    """Register the event and the buttons with Bolt."""

    def opened(event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            queue.reopen(event["user"])

    def turned(body: dict[str, Any], action: dict[str, Any]) -> None:
        queue.open(body["user"]["id"], Page(*team.parse_way(action["value"])))

    def searched(body: dict[str, Any], action: dict[str, Any]) -> None:
        queue.open(body["user"]["id"], Page(search=action["value"].strip()[:MAX_SEARCH_LENGTH]))

    def again(body: dict[str, Any]) -> None:
        queue.reopen(body["user"]["id"])

    bolt.event("app_home_opened")(ack=acknowledge, lazy=[opened])
    bolt.action(re.compile(f"^{action_ids.PAGE}"))(ack=acknowledge, lazy=[turned])
    bolt.action(action_ids.SEARCH)(ack=acknowledge, lazy=[searched])
    bolt.action(action_ids.REFRESH)(ack=acknowledge, lazy=[again])
