"""Random and malicious requests: HR systems and strangers get an answer, and none of them a 5xx.

What Hypothesis makes goes to every source: some 2,000 requests a test; HYPOTHESIS_MANY=1 makes it 100,000 and more.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.hr.employee import EmployeeEvent
from handlers.hr.receive import Answer
from handlers.hr.sources import SOURCES
from models.hr_delivery import HrDelivery
from tests.handlers.hr.conftest import Receiver
from tests.handlers.hr.signing import EXPECTED, example, signed

MANY = settings(
    max_examples=100_000 if os.environ.get("HYPOTHESIS_MANY") else 350,
    deadline=None,
    # The database lasts for all of them on purpose; the fixture that forgets refusals does not matter here.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)

characters = st.text(st.characters(), max_size=30)  # with surrogates, which HTTP servers and JSON let through
FILES = sorted(EXPECTED)
REAL_NAMES = sorted({name for file in FILES for name in example(file)[2]})
REAL_VALUES = sorted({value for file in FILES for value in example(file)[2].values()})
header_values = st.one_of(
    st.sampled_from(REAL_VALUES), characters, st.integers().map(str), st.floats().map(str)
)
headers = st.dictionaries(st.one_of(st.sampled_from(REAL_NAMES), characters), header_values, max_size=6)

WORDS = sorted({word for source in SOURCES.values() for word in source.kinds} | {"ping", "timeoff.created"})
PATHS = {path for source in SOURCES.values() for paths in vars(source.fields).values() for path in paths}
KEYS = sorted({step for path in PATHS for part in path.split("+") for step in part.split(".")})
OTHER_KEYS = ["type", "action", "event_name", "event_type", "meta", "resource", "employees", "value"]
keys = st.one_of(st.sampled_from(KEYS + OTHER_KEYS), characters)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    characters,
    st.sampled_from(["7", "101", "Alice", "alice@example.com", "2026-02-01", "0000-00-00", "1795348800"]),
    st.sampled_from(WORDS),
)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=20,
)


BODIES = [json.loads(example(file)[1]) for file in FILES if file.endswith(".json")]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A recorded example with some of its values replaced by anything."""
    body = draw(st.sampled_from(BODIES))
    places = draw(st.sets(st.sampled_from(_places(body)), min_size=1, max_size=6))
    return _mutate(body, {place: draw(st.one_of(leaves, documents)) for place in places})


def _places(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value, by keys and positions."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place, *[deeper for key, value in inner for deeper in _places(value, (*place, key))]]


def _mutate(node: Any, by_place: dict[tuple[Any, ...], Any], place: tuple[Any, ...] = ()) -> Any:
    if place in by_place:
        return by_place[place]
    if isinstance(node, dict):
        return {key: _mutate(value, by_place, (*place, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_mutate(value, by_place, (*place, number)) for number, value in enumerate(node)]
    return node


def check(receiver: Receiver, answer: Answer) -> None:
    """An answer that JSON can carry, and a row that can be worked on."""
    assert answer.status in (200, 202, 400, 401, 404, 413)
    json.dumps(answer.body).encode()
    if "delivery" in answer.body:
        with receiver.database.session() as session:
            row = session.get(HrDelivery, answer.body["delivery"])
        assert row is not None
        assert [
            EmployeeEvent.model_validate(event).model_dump(mode="json") for event in row.events
        ] == row.events


@MANY
@given(headers=headers, body=st.one_of(st.binary(max_size=200), characters.map(repr).map(str.encode)))
def test_a_strangers_request_is_answered(
    module_receiver: Receiver, headers: dict[str, str], body: bytes
) -> None:
    for source in [*SOURCES, "workday"]:
        check(module_receiver, module_receiver.deliver(source, headers, body))


@MANY
@given(document=st.one_of(mutated(), mutated(), documents))
def test_whatever_a_source_signs_is_answered(module_receiver: Receiver, document: Any) -> None:
    body = json.dumps(document).encode()
    for source in SOURCES:
        headers = signed(source, body, delivery=hashlib.sha256(body).hexdigest())
        check(module_receiver, module_receiver.deliver(source, headers, body))


brackets = st.one_of(
    st.sampled_from(KEYS + OTHER_KEYS), st.integers(0, 3).map(str), st.sampled_from(["", "[", "]", "[]"])
)
fields = st.tuples(
    st.builds(
        lambda name, more: name + "".join(f"[{key}]" for key in more), keys, st.lists(brackets, max_size=12)
    ),
    leaves.map(str),
)


@MANY
@given(form=st.lists(fields, max_size=8), noise=st.binary(max_size=20))
def test_whatever_form_a_source_signs_is_answered(
    module_receiver: Receiver, form: list[tuple[str, str]], noise: bytes
) -> None:
    """In either order: of a key that is a value and a parent, what came first counts."""
    for pairs, more in ((form, b""), (form, noise), (form[::-1], noise)):
        body = "&".join(f"{key}={value}" for key, value in pairs).encode("utf-8", "surrogatepass") + more
        for source in ("bamboohr", "token"):
            headers = signed(source, body) | {"Content-Type": "application/x-www-form-urlencoded"}
            check(module_receiver, module_receiver.deliver(source, headers, body))
