"""Every message that any path can make, of rows as hostile as they come, is one that Slack takes and only shows."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import handlers
from handlers import message_kinds
from handlers.slack.blocks import SlackMessage
from tests.handlers.slack.message_strategies import ANSWERS, CONTENTS, DONE
from tests.handlers.slack.modal_strategies import MODALS
from tests.handlers.slack.row_strategies import BROKEN_ENTITY
from tests.slack_stand_in.block_kit import check_length, check_message, check_view
from tests.slack_stand_in.obeyed import obeyed

MAX_FALLBACK_LENGTH = 4000
# What messages are made with, and seen in each of them.
PIECES = {"blocks.plain", "message_parts.alert", "done.settled", "done_copies.stamped", "replies.outcome_of"}
# What we write as markup: people, channels, moments, the link of a new phone, bold words and code; none is all others'.
OURS = re.compile(
    r"@[UW][A-Z0-9]{2,}|#[CGD][A-Z0-9]{2,}|!date\^\d+\^[^|]*\|[^|]*|https://p\.example/x{400}\|Set it up here"
    r"|\*(?![*_~`:＊｀]*evil)[^*`＊｀\n]+\*|`(?![*_~`:＊｀]*evil)[^*`＊｀\n]+`|```\n[^`]+\n```"
)

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def texts_of(part: Any) -> list[str]:
    """Of every mrkdwn text."""
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == "mrkdwn" else []
        return own + [text for each in part.values() for text in texts_of(each)]
    return [text for each in part for text in texts_of(each)] if isinstance(part, list) else []


def only_shows(surface: dict[str, Any]) -> None:
    assert [each for each in obeyed(surface) if not OURS.fullmatch(each)] == []
    assert [text for text in texts_of(surface["blocks"]) if BROKEN_ENTITY.search(text)] == []


def slack_takes(message: SlackMessage) -> None:
    body = {"text": message.text, "blocks": message.blocks, "parse": "none"}
    check_message(body)
    assert 0 < len(message.text) <= MAX_FALLBACK_LENGTH
    assert not BROKEN_ENTITY.search(message.text)
    assert message.alone().text
    only_shows(body)


def every_module() -> list[ModuleType]:
    found = pkgutil.walk_packages(handlers.__path__, "handlers.")
    return [importlib.import_module(each.name) for each in found]


def test_no_message_is_forgotten_here() -> None:
    functions = {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in every_module()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    answers = {
        name
        for name, function in functions.items()
        if function.__annotations__.get("return") in ("SlackMessage", "StoredAnswer")
        and "Services" not in function.__annotations__.values()
    }
    assert answers - PIECES == set(ANSWERS)
    assert set(message_kinds.KINDS) == set(CONTENTS)
    assert {name.partition(".")[2] for name in functions if name.endswith(("_modal", "_home"))} == set(MODALS)


@pytest.mark.parametrize("kind", CONTENTS)
@often
@given(data=st.data())
def test_slack_takes_every_alert(kind: str, data: st.DataObject) -> None:
    content, done = data.draw(CONTENTS[kind]), data.draw(DONE)
    message = content.model_copy(update={"done": done}).as_posted()
    slack_takes(message)
    check_length(message.blocks)


@pytest.mark.parametrize("answer", ANSWERS)
@often
@given(data=st.data())
def test_slack_takes_every_answer(answer: str, data: st.DataObject) -> None:
    slack_takes(data.draw(ANSWERS[answer]))


@pytest.mark.parametrize("modal", MODALS)
@often
@given(data=st.data())
def test_slack_takes_every_window(modal: str, data: st.DataObject) -> None:
    view = data.draw(MODALS[modal])
    check_view(view)
    only_shows(view)
