"""Pure: the window in which it is said where alerts go."""

from __future__ import annotations

from handlers.slack.blocks import View, context
from handlers.slack.inputs import channel_input, checkboxes, form, select, text_input

ALERTS = "ext_alerts"  # callback_id
ALL = "all"
NOWHERE = "nowhere"
TOPICS = {
    ALL: "All alerts",
    "calls": "Calls",
    "registrations": "Phones that come and go",
    "security": "Failed logins",
}
INTRO = "The most precise route counts: that of a number before that of a range, and that before the one of all extensions."


def alerts_modal() -> View:
    """Return the window of one route."""
    blocks = [
        context(INTRO),
        select("topic", "Which alerts", TOPICS, initial=ALL),
        text_input(
            "numbers",
            "Of which extensions",
            "101, or 100-149",
            optional=True,
            hint="Empty: of every extension.",
        ),
        channel_input("channel", "Go to", hint="Invite the app there: /invite and its name."),
        checkboxes("off", "Or", {NOWHERE: "Nowhere: these are not told to anybody"}),
    ]
    return form(ALERTS, "Alert routes", blocks, submit="Save")
