"""Pure: the part of a Home that lists everybody's phones, page by page."""

from __future__ import annotations

import hashlib

from handlers.home.action_ids import PAGE, SEARCH
from handlers.home.content import HomeContent, Person, Team
from handlers.home.pieces import titled
from handlers.slack.blocks import Block, actions, button, context, cut, escape, section, sections
from handlers.slack.signs import sign
from models.extension import State
from models.number import whole
from models.open_home import MAX_SEARCH_LENGTH

PAGE_DIGITS = 6

PAGE_SIZE = 25
MAX_LINE_LENGTH = 500


def blocks(content: HomeContent) -> list[Block]:
    team = content.team
    return titled("Team", context(_summary(content)), _search(team), *_people(content), *_paging(team))


def _summary(content: HomeContent) -> str:
    team = content.team
    count = "1 extension" if team.total == 1 else f"{team.total} extensions"
    registered = f" · {team.registered} 🟢 registered" if content.is_current else ""
    found = f" · {team.found} with “{escape(team.search)}”" if team.search else ""
    return f"{count}{registered}{found}"


def _search(team: Team) -> Block:
    """Return the input. Its id goes with what was searched for: what somebody is typing outlives a refresh."""
    element = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "max_length": MAX_SEARCH_LENGTH,
        "placeholder": {"type": "plain_text", "text": "Name, number, e-mail or notes, then Enter"},
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        **({"initial_value": team.search} if team.search else {}),
    }
    mark = hashlib.sha256(team.search.encode()).hexdigest()[:16]
    return {
        "type": "input",
        "block_id": f"{SEARCH}_{mark}",
        "dispatch_action": True,
        "optional": True,
        "label": {"type": "plain_text", "text": "Search"},
        "element": element,
    }


def _people(content: HomeContent) -> list[Block]:
    if content.team.people:
        return sections([_line(each, content.is_current) for each in content.team.people])
    return [section("Nobody has that." if content.team.search else "No extensions yet.")]


def _line(person: Person, is_current: bool) -> str:
    mention = f" <@{person.user_id}>" if person.user_id else ""
    words = f"{_light(person, is_current)} {person.number} · {escape(person.name)}{mention}{_note(person)}"
    return cut(words, MAX_LINE_LENGTH)


def _light(person: Person, is_current: bool) -> str:
    return sign(
        person.enabled,
        person.state,
        is_known=is_current,
        is_registered=person.registered,
        is_talking=person.talking,
    )


def _note(person: Person) -> str:
    disabled = "" if person.enabled else " · disabled"
    return disabled if person.state is State.LIVE else f"{disabled} · not live"


def _paging(team: Team) -> list[Block]:
    """Return the buttons. Each says which page of which search it leads to, however old the Home is."""
    ways = [
        *([_way("◀ Back", "back", team.page - 1, team.search)] if team.page > 1 else []),
        *([_way("Next ▶", "next", team.page + 1, team.search)] if team.page < team.pages else []),
        *([_way("✖ Clear the search", "clear", 1, "")] if team.search else []),
    ]
    pages = [context(f"Page {team.page} of {team.pages}")] if team.pages > 1 else []
    return [*pages, *([actions(*ways)] if ways else [])]


def _way(label: str, direction: str, page: int, search: str) -> Block:
    return button(label, f"{PAGE}{direction}", f"{page} {search}")


def parse_way(value: str) -> tuple[int, str]:
    """Return the page and the search of a paging button; the first of all for what no version of ours made."""
    page, _, search = value.partition(" ")
    number = whole(page, PAGE_DIGITS)
    return (1, "") if number is None else (max(number, 1), search[:MAX_SEARCH_LENGTH])
