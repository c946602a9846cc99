"""JSON and forms are one kind of document, whatever their keys look like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.hr.bodies import MAX_DEPTH, MAX_FIELDS, Unreadable, entries, find, parse

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def form(body: str) -> dict[str, Any]:
    return parse(body.encode(), is_form=True)


def test_keys_have_neither_case_nor_spaces_nor_signs() -> None:
    body = b'{"First Name": 1, "lastName": 2, "work_ext": {"/root/id": 3}}'
    document = parse(body, is_form=False)
    assert document == {"firstname": 1, "lastname": 2, "workext": {"rootid": 3}}
    assert find(document, "Work-Ext./root/ID") == 3


@pytest.mark.parametrize(
    ("body", "is_form", "words"),
    [
        (b"[1]", False, "the body is JSON, but not an object"),
        (b'"Ping test"', False, "the body is JSON, but not an object"),
        (b'{"a": NaN}', False, "the body cannot be read as JSON"),
        (b'{"a": ', False, "the body cannot be read as JSON"),
        (b"\xff", False, "the body cannot be read as JSON"),
        (b'{"a":' * 100_000, False, "the body cannot be read as JSON"),
        (b"a=\xff", True, "the body cannot be read as a form"),
        (b"a=1&" * (MAX_FIELDS + 1), True, "the body cannot be read as a form"),
    ],
    ids=["list", "word", "NaN", "cut off", "no text", "deep", "no text in a form", "too many fields"],
)
def test_a_body_that_is_no_document_is_refused(body: bytes, is_form: bool, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(body, is_form=is_form)
    assert str(caught.value) == words


def test_a_form_nests_as_php_does() -> None:
    assert form("type=joined&data[employeeId]=7&data[Name][first]=Alice&data[Name][last]=") == {
        "type": "joined",
        "data": {"employeeid": "7", "name": {"first": "Alice", "last": ""}},
    }
    assert form("employees[]=a&employees[]=b&x[2]=c") == {"employees": {"0": "a", "1": "b"}, "x": {"2": "c"}}


def test_a_key_of_a_form_that_is_a_value_and_a_parent_keeps_what_came_first() -> None:
    assert form("a=1&a[b]=2&a=3") == {"a": "1"}
    assert form("a[b]=2&a=1") == {"a": {"b": "2"}}


def test_a_key_of_a_form_is_at_most_eight_brackets_deep() -> None:
    deepest: Any = form("a" + "[b]" * MAX_DEPTH + "=1&" + "a" + "[b]" * (MAX_DEPTH + 1) + "=2")
    for _ in range(MAX_DEPTH):
        deepest = deepest.get("a", deepest.get("b"))
    assert deepest == {"b": "1"}


def test_a_form_may_have_as_many_fields_as_are_read() -> None:
    assert len(form("&".join(f"a{number}=1" for number in range(MAX_FIELDS)))) == MAX_FIELDS


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.meta.type", "joined"),
        ("jobs.0.name", "Sales"),
        ("jobs.1.name", None),
        ("jobs.x.name", None),
        ("jobs", [{"name": "Sales"}]),
        ("name", "Alice"),
        ("data.meta.type.more", None),
        ("nothing", None),
        ("data.meta", {"type": "joined"}),
    ],
)
def test_a_path_leads_to_what_stands_there_or_to_nothing(path: str, value: object) -> None:
    document = {
        "data": {"meta": {"type": "joined"}},
        "jobs": [{"name": "Sales"}],
        "name": {"value": "Alice"},
    }
    assert find(document, path) == value


def test_employees_are_listed_by_number_or_are_one() -> None:
    assert entries([1, 2]) == [1, 2]
    assert entries({"0": "a", "1": "b"}) == ["a", "b"]
    assert entries({"0": "a", "name": "b"}) == [{"0": "a", "name": "b"}]
    assert entries({}) == [{}]
    assert entries("x") == ["x"]


@given(JSON, st.text())
def test_any_json_is_read_or_refused_and_any_path_leads_somewhere_or_nowhere(value: Any, path: str) -> None:
    try:
        document = parse(json.dumps(value).encode(), is_form=False)
    except Unreadable:
        assert not isinstance(value, dict)
    else:
        find(document, path)


@given(st.text())
def test_any_form_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(form(text), dict)
    except (Unreadable, UnicodeEncodeError):
        assert text
