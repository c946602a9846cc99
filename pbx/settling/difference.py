"""Pure: what the database and Asterisk's files have differently of each extension, and nothing secret of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.extension import Extension, State
from models.number import by_size
from models.words import some
from pbx.adoption.values import CALLER_ID
from pbx.config.blocks import Blocks
from pbx.settling import lines
from pbx.settling.newer import Newer

PASSWORD, NAME = ("auth", "password"), ("endpoint", "callerid")
MOST = 10  # numbers in a sentence
# Field → the options that are written of it, where those are others than its name
OPTIONS = {
    "secret": ("password",),
    "name": ("callerid",),
    "caller_id": ("callerid",),
    "context": ("context", "subscribe_context"),
    "codecs": ("allow", "disallow"),
    "transport": ("transport", "webrtc"),
    "voicemail_enabled": ("mailboxes", "voicemail_extension"),
}


@dataclass(frozen=True)
class Difference:
    """Numbers, each in one of these, but that password, name and settings may all differ."""

    only_asterisk: Sequence[str] = ()
    only_database: Sequence[str] = ()
    enabled_since: Sequence[str] = ()  # Asterisk has them, and the database has them disabled
    by_hand: Sequence[str] = ()  # the administrator's again in Asterisk
    twice: Sequence[str] = ()  # the administrator's, beside Switchhook's lines
    passwords: Sequence[str] = ()
    names: Sequence[str] = ()  # `101 (Alice in Asterisk, Bob in the database)`
    settings: Sequence[str] = ()  # `101 (context, voicemail)`
    nat: Sequence[str] = ()  # transports
    changed: Sequence[str] = ()  # all that are in both and differ
    named: dict[str, str] = field(default_factory=dict)  # number → name, for those in one alone
    has_one_past: bool = True  # what one of the two lacks has come or gone since
    newer: Newer = field(default_factory=Newer)  # what was changed here since, and stays

    def __bool__(self) -> bool:
        return bool(self.sentences() or self.changed)

    def sentences(self) -> list[str]:
        """Return a sentence for each kind of difference, without their full stops."""
        made, gone, freed = (
            (", so made since", ", so deleted or disabled since", ", so released since")
            if self.has_one_past
            else ("", "", "")
        )
        kinds = (
            (f"only in Asterisk{made}", self._older(self.only_asterisk)),
            (f"only in the database{gone}", self._older(self.only_database)),
            ("disabled in the database, and in use in Asterisk", self._older(self.enabled_since)),
            (f"yours by hand in Asterisk{freed}", self._named(self.by_hand)),
            ("yours by hand, too, beside Switchhook's lines", self._named(self.twice)),
            ("another password in Asterisk", self.passwords),
            ("another name", self.names),
            ("other settings", self.settings),
            ("another external address (NAT), of", self.nat),
        )
        told = [f"{what}: {some(which, MOST)}" for what, which in kinds if which]
        return [*told, *filter(None, [self.stays()])]

    def stays(self) -> str:
        """Return what does not become as Asterisk has it, whoever counts; empty: nothing."""
        words = sorted(self.newer.words().items(), key=lambda each: by_size(each[0]))
        changed = some([f"{number} ({what})" for number, what in words], MOST)
        return f"changed here since it was noticed, and stays so: {changed}" if words else ""

    def _older(self, numbers: Sequence[str]) -> list[str]:
        return self._named([number for number in numbers if not self.newer.has(number, "enabled")])

    def _named(self, numbers: Sequence[str]) -> list[str]:
        return [f"{number} ({self.named[number]})" if number in self.named else number for number in numbers]


def between(
    rows: Iterable[Extension], wanted: Blocks, there: Blocks, by_hand: Iterable[str], newer: Newer
) -> Difference:
    """Compare. `wanted`: the blocks as the database would have them; `by_hand`: numbers that the administrator has."""
    known = {row.number: row for row in rows if row.state is not State.DELETING}
    mine = set(by_hand)
    were_live = {number for number, row in known.items() if _was_live(row)}
    both = sorted(there.endpoints.keys() & wanted.endpoints.keys(), key=by_size)
    older = [number for number in both if number not in newer.whole]
    gone = [n for n in wanted.endpoints.keys() | (mine & were_live) if n not in there.endpoints]
    alone = [number for number in there.endpoints if number not in wanted.endpoints]
    disabled = {number for number, row in known.items() if not row.enabled}
    twice = mine & known.keys() - disabled
    found = {number: _other(there, wanted, number, newer) for number in older}
    return Difference(
        only_asterisk=_sorted(number for number in alone if number not in disabled | twice),
        only_database=_sorted(number for number in gone if number not in mine),
        enabled_since=_sorted(number for number in alone if number in disabled),
        twice=_sorted(number for number in alone if number in twice),
        by_hand=_sorted(number for number in gone if number in mine),
        passwords=[n for n in older if PASSWORD in found[n]],
        names=[_both_names(there, wanted, n) for n in older if NAME in found[n]],
        settings=[text for number in older if (text := _settings(number, found[number]))],
        nat=[name for name, of_it in there.nat.items() if wanted.nat.get(name, []) != of_it],
        changed=[number for number in both if there.phones[number] != wanted.phones[number]],
        named={n: name_in(there.endpoints[n]) for n in alone}
        | {n: known[n].name for n in gone if n in known},
        newer=newer,
    )


def _was_live(row: Extension) -> bool:
    """Return whether the older state had it in Asterisk, so that it can have been released since."""
    return row.last_verified is not None and row.state is not State.FAILED


def name_in(text: str) -> str:
    """Return the name in an extension's lines."""
    caller_id = dict(lines.sections(text)["endpoint"]).get("callerid", "")
    match = CALLER_ID.fullmatch(caller_id)
    return match["name"] if match else caller_id


def _other(there: Blocks, wanted: Blocks, number: str, newer: Newer) -> list[tuple[str, str]]:
    """Return the options that differ, without those that stay."""
    old, new = lines.values(wanted.endpoints[number]), lines.values(there.endpoints[number])
    differ = [option for option in dict.fromkeys((*old, *new)) if old.get(option) != new.get(option)]
    if there.mailboxes.get(number) != wanted.mailboxes.get(number):
        differ.append(("endpoint", "mailboxes"))
    stay = {option for field in newer.fields.get(number, ()) for option in OPTIONS.get(field, (field,))}
    return [(kind, name) for kind, name in differ if name not in stay]


def _both_names(there: Blocks, wanted: Blocks, number: str) -> str:
    names = name_in(there.endpoints[number]), name_in(wanted.endpoints[number])
    return f"{number} ({names[0]} in Asterisk, {names[1]} in the database)"


def _settings(number: str, found: Sequence[tuple[str, str]]) -> str:
    names = list(dict.fromkeys(name for kind, name in found if (kind, name) not in (PASSWORD, NAME)))
    return f"{number} ({', '.join(names)})" if names else ""


def _sorted(numbers: Iterable[str]) -> list[str]:
    return sorted(numbers, key=by_size)
