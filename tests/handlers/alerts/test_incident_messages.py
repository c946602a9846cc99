"""Incidents say what is wrong, since when, what to check, and when it is over."""

from __future__ import annotations

import pytest

from handlers.alerts.incident_messages import JOB, JOBS, TEXTS, IncidentOpened, IncidentResolved, texts
from tests.factories import NOON
from tests.handlers.rendering import EVIL, NOON_SHOWN, assert_harmless, seen
from tests.slack_stand_in.render import mrkdwn

SUBJECTS = {
    "asterisk": (
        "⚠️ Asterisk does not answer Switchhook",
        "Calls and registrations are not told until it answers again; changes are saved, and wait.",
        "✅ Asterisk answers again",
    ),
    "listener": (
        "⚠️ No listener runs: no alerts and no welcomes are sent, and what waits is not published",
        "Start it: systemctl restart switchhook-listener (it runs `flask listen`); its log says why it ended.",
        "✅ A listener runs again",
    ),
    "database": (
        "⚠️ The listener cannot use its database: no alerts are sent, and HR waits",
        "Check that the database server runs, that its disk is not full, and DATABASE_URL.",
        "✅ The listener's database works again",
    ),
    "publishing": (
        "⚠️ Nothing can be published",
        "Phones that work go on working; changes are saved, and wait. It is tried again every minute.",
        "✅ Changes are published again",
    ),
    "put_back": (
        "⚠️ An older state of the database was put back, or another database: nothing is published until somebody says what counts",
        "What was due then is not posted a second time, and onboarding waits.",
        "✅ What the older state of the database differs in is settled",
    ),
    "calls_out": (
        "⚠️ Calls out by OUTBOUND_TRUNK are not as they should be",
        "Everything else is published all the same. It is tried again every minute.",
        "✅ Calls out by OUTBOUND_TRUNK are as they should be again",
    ),
    "secrets": (
        "⚠️ The phones' passwords cannot be read: SECRET_KEY is not the one that they were sealed with",
        "Phones that work go on working; make no new ones until then, as they would be sealed with another key.",
        "✅ The phones' passwords can be read again",
    ),
    "not_live": (
        "⚠️ Extensions are not live as they should be",
        "What waits is tried again every minute; what was refused is tried again by /ext verify and its number.",
        "✅ All extensions are live again",
    ),
    "job:onboard": (
        "⚠️ Onboarding (joined, changed, left) fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ Onboarding (joined, changed, left) works again",
    ),
    "job:look_up_employees": (
        "⚠️ Asking HR systems fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ Asking HR systems works again",
    ),
    "job:release_numbers": (
        "⚠️ Freeing the numbers of those who left fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ Freeing the numbers of those who left works again",
    ),
    "job:send_weekly_report": (
        "⚠️ Sending the weekly report fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ Sending the weekly report works again",
    ),
    "job:deliver_voicemail": (
        "⚠️ Sending voicemail to its owners fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ Sending voicemail to its owners works again",
    ),
    "voicemail": (
        "⚠️ Recordings of voicemail do not reach Slack",
        "They are kept on the phone system, and can be heard there by phone; they are sent once they can be read.",
        "✅ Recordings of voicemail reach Slack again",
    ),
    "job:prune": (
        "⚠️ The listener's job “prune” fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        "✅ The listener's job “prune” works again",
    ),
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_incident_has_what_to_check_and_its_end(subject: str) -> None:
    trouble, hint, over = SUBJECTS[subject]
    opened = IncidentOpened.of(subject, NOON, 1, {})
    when = "noticed at" if subject == "not_live" else "since"
    assert opened.render().text == f"{trouble.replace(' ', ' *', 1)}* · {when} {NOON_SHOWN}"
    look_up = "Which ones" if subject == "not_live" else "Doctor"
    assert seen(opened).endswith(f"{hint.replace('`', '')}\n[ {look_up} ]")
    closed = IncidentResolved(subject=subject, lasted=125, times=1)
    assert seen(closed) == f"{over} · after 2 min 5 s"
    assert mrkdwn(closed.render().text) == seen(closed)


def test_every_subject_is_rendered_here() -> None:
    assert SUBJECTS.keys() >= TEXTS.keys() | {JOB + name for name in JOBS}
    with pytest.raises(KeyError):
        texts("of another version")


def test_one_that_comes_back_says_how_often() -> None:
    assert "shortly before" not in seen(IncidentOpened.of("asterisk", NOON, 2, {}))
    assert " · it was the same 2 times shortly before" in seen(IncidentOpened.of("asterisk", NOON, 3, {}))
    assert seen(IncidentResolved(subject="asterisk", lasted=1, times=2)).endswith(
        " · it came and went 2 times"
    )


def test_its_details_are_sentences_and_many_are_the_first_and_a_count() -> None:
    details = {str(number): f"101 waits {number}" for number in range(21)}
    opened = IncidentOpened.of("not_live", NOON, 1, details)
    assert (len(opened.lines), opened.count) == (20, 21)
    lines = seen(opened).splitlines()
    assert lines[1:3] == ["101 waits 0.", "101 waits 1."]
    assert lines[20:22] == ["101 waits 19.", "… and 1 more: /ext list"]
    details.popitem()
    assert "more: /ext list" not in seen(IncidentOpened.of("not_live", NOON, 1, details))


def test_details_are_cut_to_what_slack_takes() -> None:
    shown = seen(IncidentOpened.of("not_live", NOON, 1, {"101": "x" * 501}))
    assert f"X{'x' * 498}….\n" in shown
    most = IncidentOpened.of("not_live", NOON, 1, {str(number): "<" * 500 for number in range(30)})
    assert " … " in seen(most)
    assert sum(len(block["text"]["text"]) for block in most.render().blocks[1:-2]) == pytest.approx(
        8000, abs=50
    )


def test_markup_in_a_detail_is_shown_and_not_obeyed() -> None:
    assert_harmless(IncidentOpened.of("asterisk", NOON, 1, {"101": EVIL}))
