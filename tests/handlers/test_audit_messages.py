"""Who did what, in words."""

from __future__ import annotations

from datetime import datetime

from handlers import audit_messages
from handlers.slack import times
from handlers.slack.blocks import SlackMessage, context, section
from models.actor import SWITCHHOOK, Actor
from models.audit import AuditEntry
from tests.factories import NOON, at_time
from tests.handlers.rendering import EVIL, seen_message

WHEN = f"{datetime.fromtimestamp(NOON):%Y-%m-%d %H:%M:%S}"
SHOWN = times.when(at_time())


def entry(by: Actor, what: str = "changed", number: str | None = "101", name: str = "Bob") -> AuditEntry:
    return AuditEntry(
        at=at_time(), actor=str(by), action=what, number=number, changes={"name": ("Alice", name)}
    )


def test_whoever_it_was_has_words() -> None:
    words = {
        Actor.slack("U0ADMIN01"): "Slack user U0ADMIN01",
        Actor("cli", "dora"): "dora (command line)",
        Actor.hr("bamboohr"): "HR: bamboohr",
        Actor("link", "Alice"): "the phone of Alice, by its link",
        SWITCHHOOK: "Switchhook itself",
    }
    assert {by: audit_messages.actor(by) for by in words} == words


def test_a_line_says_when_who_and_what() -> None:
    line = audit_messages.line(entry(Actor("cli", "dora")))
    assert line == f"{WHEN}  dora (command line) changed 101: name Alice → Bob"


def test_an_act_without_a_number_or_changes_is_its_word_alone() -> None:
    published = AuditEntry(at=at_time(), actor="cli:dora", action="published", changes={})
    assert audit_messages.act(published) == "published"


def test_slack_shows_its_own_users_and_the_words_of_others_as_text() -> None:
    trail = audit_messages.trail([entry(Actor.slack("U0A")), entry(Actor("cli", "<dora>"))], "101")
    assert trail == SlackMessage(
        "The last changes about 101",
        [
            section("*The last changes about 101*"),
            section(
                f"{SHOWN} · <@U0A> changed 101: name Alice → Bob\n"
                f"{SHOWN} · &lt;dora&gt; (command line) changed 101: name Alice → Bob"
            ),
            context("Kept for a year. `flask ext audit` shows all, `/ext audit 101` those of one number."),
        ],
    )
    everything = audit_messages.trail([entry(SWITCHHOOK)], None)
    assert everything.text == "The last changes"
    assert " … " in seen_message(audit_messages.trail([entry(SWITCHHOOK, what=EVIL * 20)], None))


def test_where_nothing_was_changed_it_says_so() -> None:
    nothing = "Nobody has changed anything about {} within the last year."
    assert audit_messages.trail([], "169").text == nothing.format("169")
    assert audit_messages.trail([], None).text == nothing.format("the phone system")
