"""What a person does with windows in Slack."""

from __future__ import annotations

from collections.abc import Callable

from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slack_stand_in.records import Json


def opened(user: SlackUser, text: str, *texts: str) -> Json:
    """The window that `/ext <text>` opens, once these texts are in it."""
    before = {view["id"] for view in user.stand_in.windows()}
    user.command("/ext", text)
    return _wait(user.stand_in, lambda view: view["id"] not in before, texts)


def now(slack: SlackStandIn, view: Json, *texts: str) -> Json:
    """What a window shows by now, once these texts are in it."""
    return _wait(slack, lambda each: bool(each["id"] == view["id"]), texts)


def result(user: SlackUser, view: Json, *texts: str, **typed: str | list[str] | None) -> Json:
    """Submits a window; what it shows then, once these texts are in it."""
    done = user.submit(view, typed)
    assert '"response_action":"update"' in done.body.replace(" ", ""), done.body
    return now(user.stand_in, view, *texts)


def _wait(slack: SlackStandIn, is_it: Callable[[Json], bool], texts: tuple[str, ...]) -> Json:
    def look() -> Json | None:
        found = (view for view in slack.windows() if is_it(view))
        return next((view for view in found if all(text in as_text(view) for text in texts)), None)

    return slack.wait_until(look)
