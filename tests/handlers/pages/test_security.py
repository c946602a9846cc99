"""CSRF tokens and origins, without a server."""

from __future__ import annotations

import pytest

from handlers.pages.security import csrf_token, is_csrf_token, is_own_request

OWN = {"https://phones.example.com", "http://127.0.0.1:8000"}


def test_a_token_is_of_one_session() -> None:
    assert is_csrf_token("one", csrf_token("one"))
    assert not is_csrf_token("one", csrf_token("two"))
    assert not is_csrf_token("one", "")
    assert not is_csrf_token("one", "ä" * 64)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://phones.example.com"},
        {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_pages_may_send_a_form(headers: dict[str, str]) -> None:
    assert is_own_request(headers, OWN)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://phones.example.com"},
        {"Origin": "https://phones.example.com", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_page_may(headers: dict[str, str]) -> None:
    assert not is_own_request(headers, OWN)
