"""What an admin has said where HR's words leave a doubt: `new`, or `theirs:5@3,7@1`, extensions by id and revision."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.onboarding.ownership import Doubtful
from models.extension import Extension, State
from pbx.errors import Refusal
from pbx.system import PhoneSystem

NEW = "new"
THEIRS = "theirs:"
READ = re.compile(r"new|theirs:[0-9]{1,9}@[0-9]{1,9}(,[0-9]{1,9}@[0-9]{1,9})*")


def theirs(extensions: Sequence[Extension]) -> str:
    return THEIRS + ",".join(f"{each.id}@{each.revision}" for each in extensions)


def chosen(system: PhoneSystem, choice: str) -> list[Extension]:
    """The extensions that were chosen. Raises Doubtful when one was changed since, Refusal when one is gone."""
    found = []
    for each in choice.removeprefix(THEIRS).split(","):
        row_id, _, revision = each.partition("@")
        with system.database.session() as session:
            extension = session.get(Extension, int(row_id))
        if extension is None or extension.state is State.DELETING:
            raise Refusal("the extension that was chosen has been deleted since")
        if extension.revision != int(revision):
            raise Doubtful(f"{extension.number} has been changed since this was asked", [extension])
        found.append(extension)
    return found
