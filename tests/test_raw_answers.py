"""Refusals as they go over the wire."""

from __future__ import annotations

import json

import raw_answers


def test_a_program_is_told_as_the_api_tells_it() -> None:
    headers, _, body = raw_answers.problem("400 Bad Request", "say “please”").partition("\r\n\r\n")
    assert "Content-Type: application/problem+json" in headers.split("\r\n")
    assert f"Content-Length: {len(body.encode())}" in headers.split("\r\n")
    assert "Connection: close" in headers.split("\r\n")
    assert json.loads(body) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "say “please”",
    }


def test_a_person_is_told_in_a_page_that_has_no_markup_of_others() -> None:
    headers, _, body = raw_answers.page(raw_answers.BUSY, "<b>é</b>").partition("\r\n\r\n")
    assert "Content-Type: text/html; charset=utf-8" in headers.split("\r\n")
    assert f"Content-Length: {len(body.encode())}" in headers.split("\r\n")
    assert "<h1>Service Unavailable</h1><p>&lt;b&gt;é&lt;/b&gt;</p>" in body
