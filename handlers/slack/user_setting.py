"""Pure: whose extension it is from now on, as `set` is told: a mention, or `user=` with nothing behind it, for nobody."""

from __future__ import annotations

from collections.abc import Mapping

from pbx.errors import Refusal

NAME = "user"


def read(settings: Mapping[str, str], mentioned: str | None) -> dict[str, str | None]:
    """Return the Slack user as a field, or none where nothing is said of it. Raises Refusal."""
    if NAME not in settings:
        return {"slack_user_id": mentioned} if mentioned else {}
    if settings[NAME] or mentioned:
        raise Refusal(
            "user= takes the Slack user away, with nothing behind it: /ext set 101 user=. To note somebody, type @ and "
            "pick them: /ext set 101 @bob"
        )
    return {"slack_user_id": None}
