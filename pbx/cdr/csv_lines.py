"""Pure: the lines of Master.csv, as Asterisk's cdr_csv writes them, whatever callers have put into their names.

16 columns, and behind them those of the options loguniqueid, loguserfield and newcdrcolumns, each of which may be off.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from pbx.asked_calls import is_asked
from pbx.cdr.record import UNIQUEID, Record, quarters

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
NEW = ("peeraccount", "linkedid", "sequence")
MOST_LINES = 20  # of one record, with line breaks in its values
LONGEST = 4096  # characters of one record: Asterisk itself writes 1,023 at most
LONGEST_TEXT = 200  # of one value, more than Asterisk itself writes
YEARS = range(1990, 2200)  # that a clock may show
MOST_SECONDS = 1e8  # that one may say it has taken


def records(text: str) -> Iterator[Record]:
    """Return the records of whole lines, in order; what is none is passed over, as is a last line without its end."""
    lines = text.split("\n")[:-1]
    index = 0
    while index < len(lines):
        found, length = _record_at(lines, index)
        index += length
        if found:
            yield found


def _record_at(lines: list[str], index: int) -> tuple[Record | None, int]:
    """Return the record that begins with a line, and how many lines it has; None: none does, nor in that many lines."""
    quotes = characters = 0
    for length in range(1, min(MOST_LINES, len(lines) - index) + 1):
        line = lines[index + length - 1]
        quotes, characters = quotes + line.count('"'), characters + len(line)
        if characters > LONGEST:
            break
        if quotes % 2 == 0:
            if found := of_line("\n".join(lines[index : index + length])):
                return found, length
            break
    return None, _passed_over(lines, index)


def _passed_over(lines: list[str], index: int) -> int:
    """Return how many lines there are, from one that begins no record, in which none begins.

    Lines without a record in them, millions of quotes, say, are passed over many at a time: to parse each takes minutes.
    """
    commas = sum(line.count(",") for line in lines[index : index + 2 * MOST_LINES])
    return MOST_LINES if commas < len(COLUMNS) - 1 else 1


def of_line(line: str) -> Record | None:
    """Return the record that a line is; None: it is none."""
    try:
        rows = list(csv.reader(line.replace("\0", "").splitlines(keepends=True), strict=True))
    except csv.Error:
        return None
    if len(rows) != 1 or not len(COLUMNS) <= len(rows[0]) <= len(COLUMNS) + 5:
        return None
    return record_of(dict(zip(COLUMNS, rows[0], strict=False)) | _optional(rows[0][len(COLUMNS) :]))


def _optional(more: list[str]) -> dict[str, str]:
    """Name the columns that depend on options: of one alone, what looks like a Uniqueid is it."""
    new = dict(zip(NEW, more[-3:], strict=True)) if len(more) >= len(NEW) else {}
    rest = more[: -len(NEW)] if new else more
    has_uniqueid = len(rest) == 2 or (rest and (UNIQUEID.fullmatch(rest[0]) or is_asked(rest[0])))
    return new | ({"uniqueid": rest[0]} if has_uniqueid else {})


def record_of(values: Mapping[str, str]) -> Record | None:
    """Return the record of named values, its times by the clock as it was at its start; None: a channel or they are missing."""
    start, end = moment(values.get("start", "")), moment(values.get("end", ""))
    if start is None or end is None or not values.get("channel"):
        return None
    answer = moment(values.get("answer", ""))
    if values.get("duration"):
        end = _by_same_clock(end, start + seconds(values["duration"]))
    if answer is not None and values.get("billsec"):
        answer = _by_same_clock(answer, end - seconds(values["billsec"]))
    texts = ("channel", "dstchannel", "src", "dst", "clid", "lastapp", "uniqueid", "linkedid")
    return Record(
        **{name: _in_one_line(values.get(name, "")) for name in texts},
        start=start,
        answer=answer,
        end=max(end, start),
        disposition=values.get("disposition", "").upper(),
    )


def _by_same_clock(shown: float, counted: float) -> float:
    """Return a moment by the clock that showed another one, which may have been put forward or back between them.

    `counted`: the moment by the other one and the seconds between, which Asterisk counts in UTC.
    """
    return shown - (quarters(shown - counted) or 0.0)


def seconds(text: str | None) -> float:
    """Return the seconds that a text says, 0.0 if it says none."""
    try:
        return min(max(0.0, float(text or 0)), MOST_SECONDS)
    except ValueError:
        return 0.0


def _in_one_line(text: str) -> str:
    """Return what a row of ours may have: a caller may have put anything into their name."""
    return " ".join(text.replace("\0", "").split())[:LONGEST_TEXT]


def moment(text: str) -> float | None:
    """Return what a clock shows, as `2026-11-26 15:53:34`, as if it were UTC's; None: it shows nothing."""
    try:
        shown = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        return None
    return shown.timestamp() if shown.year in YEARS else None
