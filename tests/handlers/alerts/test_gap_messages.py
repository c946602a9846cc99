"""What is said of times in which nobody listened."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from handlers.alerts.call_messages import CallMessage
from handlers.alerts.gap_messages import GapCall, RecordsMissing, WhileAway
from models.event import Event, EventKind

AT = 1795708414.0
NAMES = {"101": "Alice", "102": "Bob"}


def call(reason: str, name: str = "Bob") -> GapCall:
    ended = Event(
        at=datetime.fromtimestamp(AT + 60, UTC),
        kind=EventKind.ENDED,
        number="102",
        peer="101",
        channel="PJSIP/102-00000001",
        reason=reason,
        talked=75.0 if reason == "answered" else 0.0,
        gap=1,
        backfilled=True,
    )
    return GapCall(
        at=AT, call=CallMessage.begin(ended, NAMES | {"102": name}).after(ended, NAMES | {"102": name})
    )


def lines(text: str) -> list[str]:
    """With times as Slack shows them where it knows of no zone."""
    return re.sub(r"<!date[^|]*\|([^>]*)>", r"\1", text).split("\n")


def test_each_call_is_a_line_with_its_time() -> None:
    told = WhileAway(since=AT - 60, until=AT + 300, calls=(call("answered"), call("busy")), count=2)
    clock = datetime.fromtimestamp(AT).strftime("%H:%M")
    first, *rest = lines(told.render().text)
    assert re.fullmatch(r"📼 \*While nobody listened, \d\d:\d\d–\d\d:\d\d \(6 min\), 2 calls:\*", first)
    assert rest == [
        f"{clock} 📞 *101 Alice → 102 Bob* · talked 1 min 15 s",
        f"{clock} 📵 *102 Bob missed a call from 101 Alice* · busy",
    ]


def test_a_time_in_which_clocks_were_put_back_has_its_length() -> None:
    """Each reader's client shows it by the reader's own clock, whose zone nobody else knows."""
    begin = datetime(2026, 10, 25, 0, 59, tzinfo=UTC).timestamp()  # 02:59 in Berlin
    told = WhileAway(since=begin, until=begin + 360, calls=(call("busy"),), count=1)
    assert " (6 min), 1 call:" in told.render().text
    nothing = RecordsMissing(since=begin, until=begin + 360, problem="why")
    assert " (6 min)* · of calls" in nothing.render().text


def test_one_call_is_one() -> None:
    told = WhileAway(since=AT, until=AT + 9, calls=(call("answered"),), count=1)
    assert "1 call:" in told.render().text


def test_many_calls_are_some_lines_and_where_to_read_on() -> None:
    told = WhileAway(since=AT, until=AT + 9, calls=(call("busy"),) * 15, count=1234)
    assert lines(told.render().text)[-1] == (
        "… and 1219 more. The rest stands on the page, under Events, and in each extension's calls."
    )


def test_long_names_are_fewer_lines_and_not_cut_ones() -> None:
    told = WhileAway(since=AT, until=AT + 9, calls=(call("busy", "&" * 120),) * 15, count=15).render()
    shown = [line for block in told.blocks[:-1] for line in block["text"]["text"].split("\n")]
    assert all(line.endswith("· busy") for line in shown[1:-1])
    assert len(shown) < 17
    assert shown[-1].startswith(f"… and {15 - len(shown) + 2} more.")


def test_a_time_of_days_has_its_days() -> None:
    told = WhileAway(since=AT - 3 * 86_400, until=AT, calls=(call("busy"),), count=1)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d–\d{4}-", lines(told.render().text)[0])


def test_that_nothing_is_known_says_why_and_what_to_do() -> None:
    told = RecordsMissing(since=AT, until=AT + 600, problem="cdr_csv is not loaded: load <it>").render()
    assert lines(told.text)[1] == "cdr_csv is not loaded: load &lt;it&gt;"
    assert "of calls of that time nothing is known" in told.text
    assert "as long as it is so" in str(
        told.blocks[-1]
    )  # the last of 20 calls that is there is enough for it


def test_that_some_calls_are_missing_says_so() -> None:
    told = RecordsMissing(since=AT, until=AT + 600, problem="why", is_some_known=True).render()
    assert "more calls of that time may have been" in lines(told.text)[0]
