"""Slack for tests and the demo: the servers an app calls, and the people whose requests it gets."""

from .client import SlackUser
from .records import ApiCall, Message
from .render import as_text
from .server import SlackStandIn
from .transports import Acknowledgement, sign

__all__ = ["Acknowledgement", "ApiCall", "Message", "SlackStandIn", "SlackUser", "as_text", "sign"]
