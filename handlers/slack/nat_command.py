"""`/ext nat …`: the addresses of a PBX behind NAT."""

from __future__ import annotations

from collections.abc import Callable

from handlers import nat_wording
from handlers.slack import blocks, command_text
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_buttons import command_button
from handlers.slack.command_text import Arguments, nearest
from models.actor import Actor
from models.audit import AuditEntry
from models.nat import Nat
from models.nat_fields import NatChanges
from pbx import nat, unfinished
from pbx.answers import NatStatus
from pbx.errors import Refusal
from pbx.services import Services

USAGE = "nat show|set|clear [media=…] [signaling=…] [local=…]"
COMMAND = "/ext nat"
VERBS = ("show", "set", "clear")


def run(services: Services, given: Arguments) -> SlackMessage:
    """Run the subcommand. Raises Refusal, Overtaken."""
    verb, *rest = given.words or ("show",)
    if verb.lower() not in VERBS:
        raise Refusal(f"there is no {COMMAND} {verb}{nearest(verb.lower(), VERBS)}: type /ext {USAGE}")
    if rest:
        raise Refusal(
            f"what does “{' '.join(rest)}” belong to? Type commas between networks, such as "
            f"{COMMAND} set local=192.168.1.0/24,10.0.0.0/8"
        )
    if given.settings and verb.lower() != "set":
        raise Refusal(f"{COMMAND} {verb} takes no settings: {COMMAND} set changes them")
    match verb.lower():
        case "set":
            return set_(services, command_text.parsed(NatChanges, given.settings), by=given.by)
        case "clear":
            return _answer(nat.clear(services, by=given.by), "cleared")
    message = _answer(nat.show(services), "")
    button = command_button("Change", "nat set")
    return SlackMessage(message.text, [*message.blocks, blocks.actions(button)])


def set_(
    services: Services,
    changes: NatChanges,
    *,
    by: Actor,
    is_as_seen: Callable[[Nat | None], bool] = lambda _row: True,
) -> SlackMessage:
    """Change what is given. Raises Refusal, Overtaken; `is_as_seen` as in nat.change()."""
    return _answer(nat.change(services, changes, by=by, is_as_seen=is_as_seen), "set")


def resumed(services: Services, act: AuditEntry) -> SlackMessage:
    """End what a process had saved before it ended, and say what came of it. Raises Refusal, Overtaken."""
    return _answer(unfinished.finish_nat(services, act), "cleared" if act.action == nat.CLEARED else "set")


def _answer(status: NatStatus, verb: str) -> SlackMessage:
    return blocks.plain("\n".join(nat_wording.lines(status, COMMAND, verb)))
