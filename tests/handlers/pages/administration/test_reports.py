"""The page of reports: the picture, its numbers, and the days before and after."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest

from handlers.pages.administration.reports import wanted
from handlers.reports import weekly, words
from pbx.facts import Fact
from pbx.reports import counting
from pbx.reports.periods import Period
from pbx.services import Services
from tests.factories import ended, insert_extension, registered, store
from tests.handlers.pages.in_process import LocalUser, admin, colleague, services, shared_app, system

__all__ = ["admin", "colleague", "services", "shared_app", "system"]
YESTERDAY = date.today() - timedelta(days=1)
TODAY = date(2026, 11, 26)
KEEP = timedelta(days=90)


def moment(hour: float) -> float:
    return datetime.combine(YESTERDAY, time()).astimezone().timestamp() + hour * 3600


@pytest.fixture(scope="module", autouse=True)
def facts(services: Services) -> None:
    insert_extension(services, "101")
    insert_extension(services, "102")
    busy_yesterday(services)


def busy_yesterday(services: Services) -> None:
    """Have had 24 calls answered and 3 missed, with one phone and then two."""
    calls: list[Fact] = [ended(f"1.{number}", at=moment(9.1 + number / 40)) for number in range(24)]
    calls += [ended(f"2.{number}", at=moment(9.5 + number), disposition="no answer") for number in range(3)]
    store(services, registered("101", moment(0.1)), registered("102", moment(8.1)), *calls)


def cells(page: str) -> list[list[str]]:
    """The rows of the table, as texts."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [
            unescape(re.sub("<.*?>", "", cell)).strip()
            for cell in re.findall("<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_table_has_what_the_picture_shows(admin: LocalUser, services: Services) -> None:
    page = admin.get(f"/reports?kind=day&day={YESTERDAY}").text
    report = counting.report(services, Period.of("day", YESTERDAY))
    rows = {row[0].split(" to ")[0]: row[1:] for row in cells(page)}
    assert rows["09:00"] == [str(report.bars[9].calls.answered), "1", "0", "2"]
    assert rows["11:00"] == ["0", "1", "0", "2"]
    assert rows["All"][:3] == ["24", "3", "0"]
    assert f'<desc id="wide-desc">{" ".join(words.sentences(report))}</desc>' in page
    assert "style=" not in page


def test_a_week_has_its_days(admin: LocalUser) -> None:
    rows = cells(admin.get(f"/reports?kind=week&day={YESTERDAY}").text)
    shown = f"{YESTERDAY:%A} {YESTERDAY.day} {YESTERDAY:%B}"
    assert next(row for row in rows if row[0].startswith(shown))[1:3] == ["24", "3"]


def test_how_each_week_gets_into_a_channel_is_said(admin: LocalUser, services: Services) -> None:
    assert "/ext report weekly here" in admin.get("/reports").text
    with services.database.session() as session:
        weekly.choose(session, "C0DESK")
    assert "/ext report weekly off" in admin.get("/reports").text


def test_days_and_weeks_before_and_after_are_a_link_away(admin: LocalUser) -> None:
    page = admin.get(f"/reports?day={YESTERDAY}").text
    assert f"kind=day&amp;day={YESTERDAY - timedelta(days=1)}" in page
    assert f"kind=day&amp;day={YESTERDAY + timedelta(days=1)}" in page
    today = admin.get("/reports").text
    assert 'rel="prev"' in today
    assert 'rel="next"' not in today


@pytest.mark.parametrize(
    "asked",
    ["?day=2026-02-31", "?day=<script>", "?kind=year", "?day=0001-01-01", "?day=9999-12-31&kind=week"],
)
def test_whatever_is_asked_for_there_is_a_page(admin: LocalUser, asked: str) -> None:
    answer = admin.get(f"/reports{asked}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_what_is_not_kept_or_yet_to_come_is_the_nearest_day() -> None:
    assert wanted({"day": "2026-11-01"}, TODAY, KEEP) == Period.of("day", date(2026, 11, 1))
    assert wanted({"day": "1999-11-01"}, TODAY, KEEP).first == TODAY - KEEP
    assert wanted({"day": "2030-11-01", "kind": "week"}, TODAY, KEEP) == Period.of("week", TODAY)
    assert wanted({"day": "x", "kind": "x"}, TODAY, KEEP) == Period.of("day", TODAY)
