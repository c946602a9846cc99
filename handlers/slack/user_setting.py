"""Pure: whose extension it is from now on, as `set` is told: a mention, or `user=` with nothing behind it, for nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pbx.errors import Refusal

NAME = "user"


def read(settings: Mapping[str, str], mentioned: str | None, number: str) -> dict[str, str | None]:
    """Return the Slack user as a field, or none where nothing is said of it. Raises Refusal, with `number` in its examples."""
    if NAME not in settings:
        return {"slack_user_id": mentioned} if mentioned else {}
    if settings[NAME] or mentioned:
        raise Refusal(
            f"to take the Slack user away, put nothing behind user=: /ext set {number} user=. To note somebody, type @ and "
            f"pick them: /ext set {number} @bob"
        )
    return {"slack_user_id": None}


def listed(known: Iterable[str]) -> str:
    """Name the settings that take a value, and where the user is one, how to say whose it is."""
    names = ", ".join(name for name in known if name != NAME)
    return f"{names}. @user says whose it is, and {NAME}= that it is nobody's" if NAME in known else names
