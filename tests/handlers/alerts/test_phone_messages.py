"""Phones that come, go and flap, in few words however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from handlers.alerts.phone_messages import WHY, Flapping, FlappingEnded, RegistrationBurst
from pbx.facts import Fact
from tests.factories import NOON, event_of, moved, registered, unregistered
from tests.handlers.rendering import EVIL, assert_harmless, seen


def burst(
    facts: Iterable[Fact], backfilled: bool = False, names: Mapping[str, str] | None = None
) -> RegistrationBurst:
    happened = [event_of(fact, backfilled) for fact in facts]
    content = RegistrationBurst.begin(happened[0])
    for each in happened:
        content.add(each, (names or {}).get(each.number, ""))
    return content


def test_a_phone_that_comes_goes_or_moves_has_its_place() -> None:
    assert seen(burst([registered("101")])) == "✅ Extension 101 registered\nSnom at 192.0.2.7:5060"
    assert seen(burst([registered("101", user_agent="")])).endswith("\nA phone at 192.0.2.7:5060")
    assert seen(burst([moved("101")])) == "↪️ Extension 101 moved\nSnom at 192.0.2.7:5061"
    for reason, words in WHY.items():
        gone = seen(burst([unregistered("101", reason=reason)]))  # type: ignore[arg-type]
        assert gone == f"⚫ Extension 101 offline\nwas at 192.0.2.7:5060; {words}"


def test_who_has_the_phone_stands_behind_the_guides_line_and_behind_each_number_of_a_few() -> None:
    content = burst([registered("101")], names={"101": "Alice", "102": "Bob"})
    assert content.render().text == "✅ Extension 101 registered · *Alice*"
    content.add(event_of(registered("102")), "Bob")
    content.add(event_of(registered("103")))
    assert seen(content) == "✅ Extensions 101 Alice, 102 Bob, 103 registered"


def test_of_many_phones_the_message_keeps_no_names() -> None:
    numbers = [str(number) for number in range(100, 121)]
    named = burst([registered(number) for number in numbers[:20]], names=dict.fromkeys(numbers, "Alice"))
    assert seen(named).count("Alice") == 20
    named.add(event_of(registered(numbers[20])), "Alice")
    assert "Alice" not in str(named.as_json())


def test_an_extension_that_still_has_a_phone_is_not_called_offline() -> None:
    content = RegistrationBurst.begin(event_of(unregistered("101")))
    content.add(event_of(unregistered("101")), has_another=True)
    assert seen(content) == (
        "📴 Extension 101 lost a phone, still registered with another\nwas at 192.0.2.7:5060; it logged out"
    )


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (2, "✅ Extensions 100, 101 registered"),
        (20, f"✅ Extensions {', '.join(map(str, range(100, 120)))} registered"),
        (21, f"✅ 21 extensions registered: {', '.join(map(str, range(100, 120)))} and 1 more"),
        (300, f"✅ 300 extensions registered: {', '.join(map(str, range(100, 120)))} and 280 more"),
    ],
)
def test_a_burst_is_one_message_with_the_numbers_and_counts_when_long(count: int, line: str) -> None:
    assert seen(burst(registered(str(number)) for number in range(100, 100 + count))) == line


def test_a_phone_counts_once_in_a_burst_and_as_it_is_now() -> None:
    assert seen(burst([registered("101"), registered("102"), moved("101")])) == (
        "✅ Extension 102 registered\n↪️ Extension 101 moved"
    )


def test_a_burst_of_the_longest_numbers_fits_into_a_message() -> None:
    seen(burst(registered(f"{number:020}") for number in range(10_000)))


def test_flapping_and_settled_say_how_often_and_what_is_now() -> None:
    assert seen(Flapping(number="101", changes=6)).startswith(
        "〰️ The phone of 101 keeps coming and going · came or went 6 times\n"
    )
    assert seen(FlappingEnded(number="101", name="Alice", changes=9, registered=True)) == (
        "✅ The phone of 101 Alice has settled · registered\nIt came or went 9 times"
    )
    assert seen(FlappingEnded(number="101", changes=9, registered=False)).startswith(
        "⚫ The phone of 101 has settled · offline"
    )


def test_the_notification_says_what_the_message_says() -> None:
    assert burst([registered("101")]).render().text == "✅ Extension 101 registered"


def test_a_burst_that_was_not_seen_is_marked_until_something_is_seen() -> None:
    unseen = burst([registered("101")], backfilled=True)
    assert seen(unseen).endswith("Snom at 192.0.2.7:5060 (while we were away)")
    unseen.add(event_of(registered("102")))
    assert "away" not in seen(unseen)
    unseen.add(event_of(registered("103"), backfilled=True))
    assert "away" not in seen(unseen)


def test_a_burst_knows_when_it_began_and_when_something_happened_last() -> None:
    content = burst([registered("101", at=NOON), registered("102", at=NOON + 5)])
    assert (content.since, content.until) == (NOON, NOON + 5)


def test_markup_in_a_user_agent_or_a_name_is_shown_and_not_obeyed() -> None:
    assert_harmless(burst([registered("101", user_agent=EVIL)]))
    assert_harmless(burst([registered("101"), registered("102")], names={"101": EVIL}))
    assert_harmless(Flapping(number="101", name=EVIL, changes=6))
