"""Pure: what went wrong for longer, and that it is over, in words; with what to check."""

from __future__ import annotations

from handlers import wording
from handlers.alerts.words import Content
from handlers.slack.blocks import SlackMessage, clock, context, cut, escape, section, sections

LINES_SHOWN = 20
LONGEST_LINE = 500  # characters
LONGEST_LINES = 8000  # of all, with Slack's entities: it takes some 13,000 in a message
JOB = "job:"

# subject → what is wrong, what to know besides, and what is so when it is over
WORDS = {
    "asterisk": (
        "Asterisk does not answer Switchhook",
        "Calls and registrations are not told until it answers again; changes are saved, and wait.",
        "Asterisk answers again",
    ),
    "listener": (
        "No listener runs: no alerts and no welcomes are sent, and what waits is not published",
        "Start it: systemctl restart switchhook-listener (it runs `flask listen`); its log says why it ended.",
        "A listener runs again",
    ),
    "database": (
        "The listener cannot reach its database: no alerts are sent, and HR waits",
        "Check that the database server runs, that its disk is not full, and DATABASE_URL.",
        "The listener's database answers again",
    ),
    "publishing": (
        "Nothing can be published",
        "Phones that work go on working; changes are saved, and wait. It is tried again every minute.",
        "Changes are published again",
    ),
    "secrets": (
        "The phones' secrets cannot be read: SECRET_KEY is not the one that they were sealed with",
        "Phones that work go on working; make no new ones until then, as they would be sealed with another key.",
        "The phones' secrets can be read again",
    ),
    "not_live": (
        "Extensions are not live as they should be",
        "What waits is tried again every minute; what was refused is tried again by /ext verify and its number.",
        "All extensions are live again",
    ),
}
JOBS = {
    "onboard": "Onboarding (joined, changed, left)",
    "ask_hr": "Asking HR systems",
    "free_numbers": "Freeing the numbers of those who left",
}


def trouble(subject: str, since: float, times: int, details: dict[str, str]) -> Content:
    """`since`: epoch seconds; `times`: that it was told without a rest in between."""
    count = len(details)
    lines = list(details.values())[:LINES_SHOWN]
    return {
        "kind": "trouble", "subject": subject, "since": since, "times": times, "lines": lines, "count": count,
    }  # fmt: skip


def show_trouble(content: Content) -> SlackMessage:
    what, besides, _ = _words(content["subject"])
    again = f"; it was the same {content['times'] - 1} times shortly before" if content["times"] > 2 else ""
    when = "noticed at" if content["subject"] == "not_live" else "since"
    headline = f"⚠️ {escape(what)}, {when} {clock(content['since'])}{again}"
    lines = [escape(wording.ended(wording.shorten(line, LONGEST_LINE))) for line in content["lines"]]
    left_out = content["count"] - len(lines)
    more = [f"… and {left_out} more: /ext list"] if left_out > 0 else []
    text = cut("\n".join(lines), LONGEST_LINES).split("\n")
    return SlackMessage(headline, [section(headline), *sections(text + more), context(escape(besides))])


def over(subject: str, lasted: float, times: int) -> Content:
    """`lasted`: seconds, the last time."""
    return {"kind": "trouble_over", "subject": subject, "lasted": lasted, "times": times}


def show_over(content: Content) -> SlackMessage:
    *_, now_so = _words(content["subject"])
    often = f"; it came and went {content['times']} times" if content["times"] > 1 else ""
    headline = escape(f"✅ {now_so}, after {wording.duration(content['lasted'])}{often}")
    return SlackMessage(headline, [section(headline)])


def _words(subject: str) -> tuple[str, str, str]:
    if not subject.startswith(JOB):
        return WORDS[subject]
    name = subject.removeprefix(JOB)
    job = JOBS.get(name, f"The listener's job “{name}”")
    return (
        f"{job} fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        f"{job} works again",
    )


SHOW = {"trouble": show_trouble, "trouble_over": show_over}
