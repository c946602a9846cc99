"""Pure: failed logins added up, a row for an address and minute; those of very many addresses share one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from models.event import Event, EventKind
from pbx.facts import LoginFailed

MAX_ADDRESSES = 20  # of one minute; the others are one row
MANY = "many addresses"
UNKNOWN = "an unknown address"  # line breaks in the account's name hide it
MAX_ROWS = 2 * (MAX_ADDRESSES + 1)  # those of two minutes
MAX_ACCOUNTS = 20  # named in a row
MAX_ACCOUNT_LENGTH = 32

Tally = dict[tuple[int, str], Event]  # by minute and address


def minute_of(seconds: float) -> int:
    return int(seconds // 60)


def tally_key(row: Event) -> tuple[int, str]:
    """Return the minute and address of a row: it is the only one of both."""
    return minute_of(row.at.timestamp()), row.address


def counted(facts: Iterable[LoginFailed], before: Iterable[Event]) -> Tally:
    """Return a new row for each minute and address that has grown."""
    tally = {tally_key(row): row for row in before}
    changed: Tally = {}
    for fact in facts:
        key = _key_of(fact, tally)
        tally[key] = changed[key] = _one_more(fact, key[1], tally.get(key))
    return changed


def _key_of(fact: LoginFailed, tally: Tally) -> tuple[int, str]:
    minute = minute_of(fact.at)
    address = fact.address or UNKNOWN
    is_known = (minute, address) in tally
    is_full = sum(each == minute for each, _ in tally) >= MAX_ADDRESSES
    return minute, MANY if is_full and not is_known else address


def _one_more(fact: LoginFailed, address: str, before: Event | None) -> Event:
    account = fact.account[:MAX_ACCOUNT_LENGTH]
    accounts = (before.accounts or []) if before else []
    if account not in accounts and len(accounts) < MAX_ACCOUNTS:
        accounts = [*accounts, account]
    return Event(
        at=datetime.fromtimestamp(fact.at, UTC),
        kind=EventKind.LOGIN_FAILED,
        number=before.number if before else fact.account,
        address=address,
        reason=fact.reason,
        count=before.count + 1 if before else 1,
        accounts=accounts,
    )


class CountedLogins:
    """How many failed logins of an address and minute are known: a row of them that grows comes with a new id."""

    def __init__(self, rows: Iterable[Event] = ()) -> None:
        self._counts: dict[tuple[int, str], int] = {}
        for row in rows:
            self.count_new(row)

    def count_new(self, row: Event) -> int:
        """Return how many a row counts that were not known, and take them for known; of another kind, 1."""
        if row.kind is not EventKind.LOGIN_FAILED:
            return row.count
        key = tally_key(row)
        before = self._counts.pop(key, 0)
        self._counts[key] = row.count
        if len(self._counts) > MAX_ROWS:
            del self._counts[next(iter(self._counts))]
        return row.count - before
