from __future__ import annotations

from datetime import timedelta

from handlers import number_names
from handlers.number_names import Named
from tests.factories import at_time

NOW = at_time()
HOUR = timedelta(hours=1)
KNOWN = {"101": Named("Alice", NOW - HOUR), "102": Named("Bob", NOW)}


def test_a_number_has_the_name_of_whoever_has_it_since_then() -> None:
    assert number_names.at(KNOWN, NOW - HOUR) == {"101": "Alice"}
    assert number_names.at(KNOWN, NOW) == {"101": "Alice", "102": "Bob"}
    assert number_names.name_at(KNOWN, "102", NOW) == "Bob"
    assert number_names.name_at(KNOWN, "102", NOW - HOUR) == ""
    assert number_names.name_at(KNOWN, "103", NOW) == ""
