"""Pure: what came of a request, and where it is told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from handlers.slack import blocks
from handlers.slack.blocks import Block, SlackMessage, View


class StoredAnswer(BaseModel):
    """A message, or a window with a form. It may hold a password.

    `asked`: what it is the answer to, as asked.py has it. `url`: the response_url; `window`: the view_id or external_id of the window
    that shows it; without either, it goes by direct message. `told_instead`: what is told so where a form is not shown.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    user_id: str
    asked: str
    text: str = ""
    blocks: list[Block] = []
    view: View | None = None
    url: str = ""
    replaces: bool = False
    window: dict[str, str] = {}
    told_instead: str = ""

    @property
    def line(self) -> str:
        """Who else waits where this one does: what its asker reads, and each of their windows, comes in order."""
        return " ".join([self.user_id, *self.window.values()])

    @property
    def message(self) -> SlackMessage:
        return SlackMessage(self.text, self.blocks)

    @property
    def shown(self) -> SlackMessage | View:
        """What is shown in a window."""
        return self.message if self.view is None else self.view

    @property
    def password_of(self) -> str:
        """The number of the extension whose password it shows; empty: it shows none."""
        return blocks.password_of(self.blocks)

    @property
    def has_more(self) -> bool:
        """Whether its blocks say more than its text, such as a password that is shown once."""
        return bool(self.blocks) and self.message.alone().text != self.text
