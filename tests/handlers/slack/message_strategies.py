"""Every message that can be made of hostile rows, by its name."""

from __future__ import annotations

from datetime import date
from functools import reduce

from hypothesis import strategies as st

from handlers import audit_messages
from handlers.alerts import command, incident_messages, notify_messages
from handlers.alerts.call_messages import CallMessage, MissedCall
from handlers.alerts.channel_messages import ChannelBroken, GroupGone, UploadRefused
from handlers.alerts.drift_messages import DriftFound
from handlers.alerts.gap_messages import GapCall, MissedWhileAway, RecordsMissing, WhileAway
from handlers.alerts.incident_messages import IncidentOpened, IncidentResolved
from handlers.alerts.login_messages import AddressAttack, FailedLogins, LoginFlood
from handlers.alerts.phone_messages import Flapping, FlappingEnded, RegistrationBurst
from handlers.alerts.put_back_messages import Settling
from handlers.calls.messages import begun
from handlers.doctor import messages as doctor_messages
from handlers.owner_messages import DEEDS, OwnerNews
from handlers.pages.access import command as page_command
from handlers.reports import messages as report_messages
from handlers.reports import weekly_command
from handlers.reports.messages import ReportInWords, ReportPicture
from handlers.slack import (
    adopt_command,
    drift_command,
    help_messages,
    list_messages,
    outcome_messages,
    presence_command,
    status_messages,
)
from handlers.slack import messages as slack_messages
from handlers.slack.blocks import SlackMessage
from handlers.slack.done import Done
from handlers.slack.message_content import MessageContent
from handlers.slack.modals import extension_forms
from handlers.slack.roles import Role
from handlers.steps.messages import StepAsked, StepUntold
from handlers.subcommands import SUBCOMMANDS
from handlers.voicemail.messages import VoicemailReceived, VoicemailRecording, VoicemailWithoutOwner
from models.event import REGISTRATIONS, Event
from pbx.doctor.findings import Finding, Report
from pbx.drift.report import Drift, DriftReport
from tests.handlers.onboarding.strategies import ONBOARDING_ANSWERS, ONBOARDING_CONTENTS
from tests.handlers.oncall.strategies import STATUS_ANSWERS, STATUS_CONTENTS
from tests.handlers.slack.call_strategies import ASKED
from tests.handlers.slack.late_strategies import LATE_ANSWERS, LATE_CONTENTS
from tests.handlers.slack.refusal_strategies import REFUSALS
from tests.handlers.slack.row_strategies import (
    ADOPTIONS,
    AUDIT_ENTRIES,
    CALLS,
    EXTENSIONS,
    FAILED,
    IDS,
    NUMBERS,
    OUTCOMES,
    PRESENCES,
    REASON,
    RELEASES,
    ROUTES,
    STATUSES,
    STEPS,
    TEXT,
    TIMES,
    USERS,
    events,
    many,
    words,
)
from tests.reporting import a_report


def calls(happened: list[Event]) -> CallMessage:
    names = {each.number: each.peer_name for each in happened}
    return reduce(
        lambda call, event: call.after(event, names), happened[1:], CallMessage.begin(happened[0], names)
    )


def registrations(happened: list[Event]) -> RegistrationBurst:
    content = RegistrationBurst.begin(happened[0])
    for event in happened:
        content.add(event, event.peer_name)
    return content


def failed_logins(kind: type[FailedLogins], happened: list[Event]) -> FailedLogins:
    return reduce(kind.after, happened[1:], kind.begin(happened[0]))


def gathered(one: st.SearchStrategy[Event]) -> st.SearchStrategy[list[Event]]:
    """The events of a message that grew with up to sixty of them."""
    return st.lists(one, min_size=1, max_size=60)


GAPS = st.lists(st.tuples(st.floats(0, 24), st.floats(0, 24)).map(sorted).map(tuple), max_size=9)
REPORTS = st.builds(
    a_report,
    st.sampled_from(["day", "week"]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    calls=st.dictionaries(st.integers(0, 6), st.tuples(IDS, IDS, IDS)),
    phones=IDS.map(lambda count: lambda _: count),
    unheard=GAPS,
    until=st.none() | st.floats(0, 24),
)
DONE = st.none() | st.builds(Done, by=st.just("") | USERS, what=words(300), at=st.none() | TIMES)
SUBJECTS = st.sampled_from((*incident_messages.TEXTS, "job:onboard", "job:post"))
GAP_CALLS = st.builds(GapCall, at=TIMES, call=gathered(events(CALLS)).map(calls))
CONTENTS: dict[str, st.SearchStrategy[MessageContent]] = {
    "call": gathered(events(CALLS)).map(calls),
    "call_asked": ASKED,
    "registrations": gathered(events(REGISTRATIONS, NUMBERS)).map(registrations),
    "flapping": st.builds(Flapping, number=NUMBERS, name=words(80), changes=IDS),
    "settled": st.builds(
        FlappingEnded, number=NUMBERS, name=words(80), changes=IDS, registered=st.booleans()
    ),
    "security": st.builds(failed_logins, st.just(AddressAttack), gathered(FAILED)),
    "flood": st.builds(failed_logins, st.just(LoginFlood), gathered(FAILED)),
    "settling": st.builds(Settling, decision=TEXT, by=TEXT),
    "missed": st.builds(MissedCall.of, events(CALLS), TEXT),
    "while_away": st.builds(
        WhileAway, since=TIMES, until=TIMES, calls=many(GAP_CALLS, 20).map(tuple), count=IDS
    ),
    "missed_while_away": st.builds(
        MissedWhileAway,
        since=TIMES,
        until=TIMES,
        calls=many(st.builds(MissedCall.of, events(CALLS), TEXT), 20).map(tuple),
        count=IDS,
    ),
    "nothing_known": st.builds(
        RecordsMissing, since=TIMES, until=TIMES, problem=REASON, is_some_known=st.booleans()
    ),
    "broken": st.builds(ChannelBroken, channel=words(64), error=words(100)),
    "group_gone": st.builds(GroupGone, group=words(64), error=words(100)),
    "upload_refused": st.builds(UploadRefused, error=words(100) | st.just("missing_scope")),
    **ONBOARDING_CONTENTS,
    "voicemail": st.builds(
        VoicemailReceived,
        message=IDS,
        number=NUMBERS,
        caller=TEXT,
        caller_name=TEXT,
        at=TIMES,
    ),
    "recording": st.builds(
        VoicemailRecording,
        mailbox=words(64),
        message_id=words(64),
        number=NUMBERS,
        caller=TEXT,
        caller_name=TEXT,
        at=TIMES,
        audio=st.none() | st.just(b"RIFF"),
    ),
    "voicemail_unowned": st.builds(VoicemailWithoutOwner, number=NUMBERS, name=words(80)),
    **STATUS_CONTENTS,
    **LATE_CONTENTS,
    "owner_news": st.builds(
        OwnerNews, number=NUMBERS, deed=st.sampled_from([*DEEDS, "other"]), by=st.just("") | USERS
    ),
    "trouble": st.builds(
        IncidentOpened.of, SUBJECTS, TIMES, IDS, st.dictionaries(NUMBERS, REASON, min_size=1, max_size=30)
    ),
    "step_asked": STEPS.flatmap(
        lambda row: st.builds(
            StepAsked.of, st.just(row), outcome=st.just("") | REASON, numbers=st.lists(NUMBERS).map(tuple)
        )
    ),
    "step_untold": STEPS.flatmap(
        lambda row: st.builds(StepUntold.of, st.just(row), reason=words(100), error=REASON)
    ),
    "report": st.builds(ReportInWords, report=REPORTS),
    "report_picture": st.builds(
        ReportPicture, report=REPORTS, name=words(40, 1), png=st.none() | st.just(b"PNG")
    ),
    "drift": st.builds(DriftFound, lines=many(REASON, 20).map(tuple), count=IDS),
    "trouble_over": st.builds(IncidentResolved, subject=SUBJECTS, lasted=st.floats(0, 1e6), times=IDS),
}
FINDINGS = st.builds(Finding, st.just("ami"), REASON, REASON, REASON, st.sampled_from((None, "publish")))
DRIFTS = st.builds(Drift, st.just("edited"), NUMBERS, REASON)
TITLES = st.tuples(st.just("x"), REASON)
VERBS = ("created", "changed", "deleted", *outcome_messages.THEN)
HELP = [(help_messages.group_of(name, False), each.usage, each.summary) for name, each in SUBCOMMANDS.items()]
ANSWERS: dict[str, st.SearchStrategy[SlackMessage]] = {
    "extension_forms.overtaken": st.builds(extension_forms.overtaken, EXTENSIONS, many(AUDIT_ENTRIES, 20)),
    "outcome_messages.outcome": st.builds(
        outcome_messages.outcome, OUTCOMES, st.sampled_from(VERBS), NUMBERS, words(255), st.sampled_from(Role)
    ),
    "status_messages.status": STATUSES.map(status_messages.status),
    "list_messages.listing": st.builds(
        list_messages.listing, many(STATUSES, 3000), words(4000), may_create=st.booleans()
    ),
    "list_messages.overview": many(STATUSES, 3000).map(list_messages.overview),
    "presence_command.presence": st.builds(presence_command.presence, PRESENCES, st.none() | NUMBERS),
    "drift_command.drift": st.builds(
        drift_command.drift,
        st.builds(
            DriftReport,
            many(DRIFTS, 60),
            IDS,
            IDS,
            by_hand=many(DRIFTS, 60),
            unasked=st.none() | REASON,
        ),
    ),
    "messages.warned": st.builds(
        slack_messages.warned,
        st.builds(list_messages.listing, many(STATUSES, 3000), words(4000)),
        st.none() | words(2000),
    ),
    "weekly_command.shown": words(64).map(weekly_command.shown),
    "messages.in_words": st.builds(report_messages.in_words, REPORTS, words(200)),
    "command.offered": st.builds(page_command.offered, words(600), words(80)),
    "messages.begun": st.builds(begun, ASKED, is_followed=st.booleans()),
    "messages.confirm_delete": EXTENSIONS.map(slack_messages.confirm_delete),
    "help_messages.overview": st.just(help_messages.overview(HELP)),
    "help_messages.details": st.sampled_from(HELP).map(
        lambda each: help_messages.details(*each[1:], help_messages.SETTINGS)
    ),
    **REFUSALS,
    "outcome_messages.handed_over": st.builds(outcome_messages.handed_over, OUTCOMES, EXTENSIONS, USERS),
    "command.render": st.builds(command.render, many(ROUTES, 3000), st.just("Done: calls of 101.")),
    "notify_messages.shown": st.builds(notify_messages.shown, st.booleans(), is_new=st.booleans()),
    "audit_messages.trail": st.builds(audit_messages.trail, many(AUDIT_ENTRIES, 20), st.none() | NUMBERS),
    "adopt_command.show_adoption": st.builds(adopt_command.show_adoption, ADOPTIONS, NUMBERS),
    "adopt_command.show_release": st.builds(adopt_command.show_release, RELEASES, NUMBERS),
    "adopt_command.told": many(words(20_000, 1), 3000).filter(bool).map(adopt_command.told),
    "messages.report": st.builds(
        doctor_messages.report,
        st.builds(
            Report, many(FINDINGS, 60).map(tuple), many(TITLES, 60).map(tuple), many(TITLES, 60).map(tuple)
        ),
        st.just("") | NUMBERS,
        st.just({"publish": ("P" * 60, "p" * 400)}),
    ),
    **LATE_ANSWERS,
    **STATUS_ANSWERS,
    **ONBOARDING_ANSWERS,
}
