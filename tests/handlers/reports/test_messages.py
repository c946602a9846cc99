from __future__ import annotations

from handlers.reports import words
from handlers.reports.messages import MAX_ALT_LENGTH, ReportInWords, ReportPicture, in_words
from tests.handlers.rendering import seen_message
from tests.reporting import a_report

REPORT = a_report(calls={9: (5, 1, 0)}, phones=lambda _: 7)


def test_a_report_in_words_says_what_the_picture_shows() -> None:
    said = seen_message(ReportInWords(report=REPORT).render())
    assert "📊 Calls and phones, Thursday 26 November 2026" in said.replace("*", "")
    assert all(sentence in said for sentence in words.sentences(REPORT))


def test_a_picture_has_all_words_as_its_alternative_text() -> None:
    file = ReportPicture(report=REPORT, name="day-1", png=b"PNG").render().file
    assert file is not None
    assert (file.name, file.title, file.content) == ("day-1.png", "Thursday 26 November 2026", b"PNG")
    assert file.alt_text == (
        "Thursday 26 November 2026. 6 calls: 5 answered, 1 missed. Registered phones: 7 whenever they were counted. "
        "Times are the server’s (UTC)."
    )
    many = a_report("week", unheard=[(hour, hour + 0.5) for hour in range(168)])
    long = ReportPicture(report=many, name="week", png=b"PNG").render().file
    assert long is not None
    assert len(long.alt_text or "") <= MAX_ALT_LENGTH


def test_what_cannot_be_drawn_is_said() -> None:
    message = ReportPicture(report=REPORT, name="day-1").render()
    assert message.file is None
    assert "6 calls: 5 answered, 1 missed." in seen_message(message)
    assert "The picture could not be drawn" in seen_message(message)


def test_the_outbox_keeps_no_picture() -> None:
    assert "png" not in ReportPicture(report=REPORT, name="day-1", png=b"PNG").as_json()


def test_what_else_is_said_stands_below() -> None:
    assert seen_message(in_words(REPORT, "It comes.")).endswith("Times are the server’s (UTC). It comes.")
