"""Pure: many extensions at a glance, page by page, and long lists of anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handlers import wording
from handlers.slack.blocks import (
    Block,
    SlackMessage,
    actions,
    context,
    cut,
    cut_plain,
    escape,
    plain,
    plain_context,
    plain_section,
    section,
    sections,
)
from handlers.slack.command_buttons import command_button
from handlers.slack.command_text import quoted
from handlers.slack.ranges import headed
from handlers.slack.signs import SIGNS, light
from models.extension import State
from pbx.answers import Status

MAX_LINES = 200  # of any list: 45 blocks of lines is about what people scroll through
MAX_LINE_LENGTH = 500  # of any list: of the longest, too, Slack takes MAX_LINES
PAGE_SIZE = 40  # extensions
MAX_ENTRY_LENGTH = (
    220  # characters of an extension in a list: a page stays far below what chat.postMessage takes
)
MAX_REASON_LENGTH = 120
MAX_SEARCH_LENGTH = 1000  # that buttons take along; nothing has a longer text in it


def listing(
    statuses: Sequence[Status], text: str, page: int = 1, *, may_create: bool = False
) -> SlackMessage:
    """Show a page of the extensions that have the text, or of all; the last for one behind it.

    `may_create`: where there are none, whoever asks may make one.
    """
    if not statuses:
        return _nothing(text, may_create)
    page = min(page, _pages(statuses))
    shown = statuses[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    lines = headed([(each.extension.number, entry(each)) for each in shown], most=len(statuses))
    headline = counts(statuses)
    blocks = [section(headline), *sections(lines), *_paging(_pages(statuses), page, text)]
    return SlackMessage(headline, [*blocks, *_trouble(statuses)])


def _nothing(text: str, may_create: bool) -> SlackMessage:
    none = (
        f"No extension has “{text}” in its number, name, e-mail or notes." if text else "No extensions yet."
    )
    message = plain(none)
    if not may_create:
        return message
    create = command_button("Create an extension", "create", style="primary")
    return SlackMessage(
        f"{message.text} Make one with /ext create 101 Alice", [*message.blocks, actions(create)]
    )


def _pages(statuses: Sequence[Status]) -> int:
    return -(-len(statuses) // PAGE_SIZE)


def counts(statuses: Sequence[Status]) -> str:
    """Return `*15 extensions* · 🟢 12 registered · ⚫ 3 offline` and its like."""
    found = Counter(map(light, statuses))
    states = [f"{mark} {found[mark]:,} {words}" for mark, words in SIGNS.items() if found[mark]]
    total = "1 extension" if len(statuses) == 1 else f"{len(statuses):,} extensions"
    return " · ".join([f"*{total}*", *states])


def entry(found: Status) -> str:
    """Return `🟢 101 · Alice @alice`, and why it is not live, if it is not."""
    row = found.extension
    owner = f" <@{row.slack_user_id}>" if row.slack_user_id else ""
    return cut(f"{light(found)} {row.number} · {escape(row.name)}{owner}{_why(found)}", MAX_ENTRY_LENGTH)


def _why(found: Status) -> str:
    """Return why it is not live; that Asterisk does not answer is said once, below."""
    row = found.extension
    if row.state is State.LIVE:
        return ""
    if found.error and found.error in (row.reason or ""):
        return " · not live yet"
    return f" · {escape(wording.shorten(wording.configuration(row), MAX_REASON_LENGTH))}"


def _paging(pages: int, page: int, text: str) -> list[Block]:
    """Return the buttons to the pages before and behind, whose answers take the message's place."""
    if pages == 1:
        return []
    ways = [("◀ Previous", page - 1)] * (page > 1) + [("Next ▶", page + 1)] * (page < pages)
    where = context(
        f"Page {page} of {pages}. `/ext list alice` finds people, `/ext list page={pages}` turns there"
    )
    if len(text) > MAX_SEARCH_LENGTH:
        return [where]
    search = f" {quoted(text)}" if text else ""
    turn = [command_button(label, f"list page={to}{search}", replaces=True) for label, to in ways]
    return [where, actions(*turn)]


def _trouble(statuses: Sequence[Status]) -> list[Block]:
    """Say once why Asterisk could not be asked."""
    error = next((found.error for found in statuses if found.error), None)
    return [plain_context(f"⚠️ {wording.ended(error)}")] if error else []


def overview(statuses: Sequence[Status]) -> SlackMessage:
    """Show the whole phone system at a glance: the totals, and the extensions that are not live."""
    headline = counts(statuses)
    waiting = [entry(found) for found in statuses if found.extension.state is not State.LIVE]
    left_out = len(waiting) - PAGE_SIZE
    more = [f"… and {left_out:,} more"] if left_out > 0 else []
    blocks = [section(headline), *sections([*waiting[:PAGE_SIZE], *more])]
    hint = context("`/ext status 101`, a name or @user shows one of them")
    buttons = [actions(command_button("Show all", "list"))] if statuses else []
    return SlackMessage(headline, [*blocks, hint, *buttons, *_trouble(statuses)])


def listed(lines: Sequence[str], most: int = MAX_LINES, more: str = "") -> list[Block]:
    """Show as many as people scroll through, and how many are left out; `more`: mrkdwn of how those are seen."""
    left_out = len(lines) - most
    rest = [context(f"… and {left_out} more{more}")] if left_out > 0 else []
    shown = [cut_plain(line, MAX_LINE_LENGTH) for line in lines[:most]]
    return [*sections(shown, plain_section), *rest]
