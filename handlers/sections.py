"""What other parts add to a Home, between the person's extension and their calls, and to the status of their extension."""

from __future__ import annotations

from collections.abc import Callable

from handlers.alerts import notify_command
from handlers.oncall import section as oncall
from handlers.pages.access import command as page_command
from handlers.slack.blocks import Block
from pbx.services import Services

# Each takes a person's ID in Slack and returns ten blocks at most, which it makes of the database alone.
Section = Callable[[Services, str], list[Block]]
SECTIONS: tuple[Section, ...] = (oncall.blocks, notify_command.blocks)
IN_HOME_ALONE: tuple[Section, ...] = (page_command.section,)
