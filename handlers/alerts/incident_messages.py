"""Pure: incidents, with what to check, and that they are over."""

from __future__ import annotations

from typing import Annotated, ClassVar, NamedTuple

from pydantic import AfterValidator

from handlers import wording
from handlers.message_parts import bold
from handlers.slack.blocks import (
    SlackMessage,
    actions,
    clock,
    cut_plain,
    plain_context,
    plain_section,
    section,
    sections,
)
from handlers.slack.command_buttons import command_button
from handlers.slack.message_content import MessageContent

LINES_SHOWN = 20
MAX_LINE_LENGTH = 500  # characters
MAX_LINES_LENGTH = 8000  # of all, with Slack's entities: it takes some 13,000 in a message
JOB = "job:"


class Texts(NamedTuple):
    """What people read of a subject. `look_up`: label and command of a button below what is wrong."""

    opened: str
    hint: str
    resolved: str
    look_up: tuple[str, str] = ("Doctor", "doctor")


# Secrets that were “sealed” are encrypted in the code: what people read has stayed.
TEXTS = {
    "asterisk": Texts(
        "Asterisk does not answer Switchhook",
        "Calls and registrations are not told until it answers again; changes are saved, and wait.",
        "Asterisk answers again",
    ),
    "listener": Texts(
        "No listener runs: no alerts and no welcomes are sent, and what waits is not published",
        "Start it: systemctl restart switchhook-listener (it runs flask listen); its log says why it ended.",
        "A listener runs again",
    ),
    "database": Texts(
        "The listener cannot use its database: no alerts are sent, and HR waits",
        "Check that the database server runs, that its disk is not full, and DATABASE_URL.",
        "The listener's database works again",
    ),
    "publishing": Texts(
        "Nothing can be published",
        "Phones that work go on working; changes are saved, and wait. It is tried again every minute.",
        "Changes are published again",
    ),
    "put_back": Texts(
        "An older state of the database was put back, or another database: nothing is published until somebody says what counts",
        "Phones that work go on working. What was due then is not posted a second time, and onboarding waits.",
        "What the older state of the database differs in is settled",
    ),
    "calls_out": Texts(
        "Calls out by OUTBOUND_TRUNK are not as they should be",
        "Everything else is published all the same. It is tried again every minute.",
        "Calls out by OUTBOUND_TRUNK are as they should be again",
    ),
    "secrets": Texts(
        "The phones' passwords cannot be read: SECRET_KEY is not the one that they were sealed with",
        "Phones that work go on working; make no new ones until then, as they would be sealed with another key.",
        "The phones' passwords can be read again",
    ),
    "voicemail": Texts(
        "Recordings of voicemail do not reach Slack",
        "They are kept on the phone system, and can be heard there by phone; they are sent once they can be read.",
        "Recordings of voicemail reach Slack again",
    ),
    "not_live": Texts(
        "Extensions are not live as they should be",
        "What waits is tried again every minute; what was refused is tried again by /ext verify and its number.",
        "All extensions are live again",
        ("Which ones", "status"),
    ),
}
JOBS = {
    "onboard": "Onboarding (joined, changed, left)",
    "send_weekly_report": "Sending the weekly report",
    "deliver_voicemail": "Sending voicemail to its owners",
    "look_up_employees": "Asking HR systems",
    "release_numbers": "Freeing the numbers of those who left",
}


def texts(subject: str) -> Texts:
    """Return what people read of a subject. Raises KeyError."""
    if not subject.startswith(JOB):
        return TEXTS[subject]
    name = subject.removeprefix(JOB)
    job = JOBS.get(name, f"The listener's job “{name}”")
    return Texts(
        f"{job} fails again and again",
        "What waits is kept, and tried again by itself. The listener's log has the details.",
        f"{job} works again",
    )


def _known(subject: str) -> str:
    """Return a known subject. Raises ValueError."""
    if subject not in TEXTS and not subject.startswith(JOB):
        raise ValueError("unknown subject")
    return subject


Subject = Annotated[str, AfterValidator(_known)]


class IncidentOpened(MessageContent):
    """Something that is wrong for longer. `lines`: the first of `count` details; `since`: epoch seconds."""

    kind: ClassVar[str] = "trouble"
    subject: Subject
    since: float
    times: int  # reported so often without an hour's rest in between
    lines: tuple[str, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, subject: str, since: float, times: int, details: dict[str, str]) -> IncidentOpened:
        """Return the incident with the first of its details."""
        lines = tuple(details.values())[:LINES_SHOWN]
        return cls(subject=subject, since=since, times=times, lines=lines, count=len(details))

    def render(self) -> SlackMessage:
        about = texts(self.subject)
        again = f" · it was the same {self.times - 1} times shortly before" if self.times > 2 else ""
        when = "noticed at" if self.subject == "not_live" else "since"
        headline = f"⚠️ {bold(about.opened)} · {when} {clock(self.since)}{again}"
        lines = [wording.ended(wording.shorten(line, MAX_LINE_LENGTH)) for line in self.lines]
        left_out = self.count - len(lines)
        more = [f"… and {left_out} more: /ext list"] if left_out > 0 else []
        shown = cut_plain("\n".join(lines), MAX_LINES_LENGTH).split("\n")
        hint, look_up = plain_context(about.hint), actions(command_button(*about.look_up))
        blocks = [section(headline), *sections(shown + more, plain_section), hint, look_up]
        return SlackMessage(headline, blocks)


class IncidentResolved(MessageContent):
    """Something that was wrong, and is over. `lasted`: seconds, the last time."""

    kind: ClassVar[str] = "trouble_over"
    subject: Subject
    lasted: float
    times: int

    def render(self) -> SlackMessage:
        often = f" · it came and went {self.times} times" if self.times > 1 else ""
        lasted = wording.duration(self.lasted)
        headline = f"✅ {bold(texts(self.subject).resolved)} · after {lasted}{often}"
        return SlackMessage(headline, [section(headline)])
