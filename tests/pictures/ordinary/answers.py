"""What people are answered who type a command, by kind of message."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from handlers import audit_messages
from handlers.alerts import command, notify_messages
from handlers.calls.messages import CallAsked, begun
from handlers.doctor import messages as doctor_messages
from handlers.onboarding.command import answered
from handlers.onboarding.command import listing as hr_listing
from handlers.reports import weekly_command
from handlers.reports.messages import in_words
from handlers.slack import (
    adopt_command,
    drift_command,
    help_messages,
    list_messages,
    outcome_messages,
    presence_command,
    refusals,
    status_messages,
    windows,
)
from handlers.slack import messages as slack_messages
from models.alert_route import AlertRoute
from models.audit import AuditEntry
from models.hr_delivery import DeliveryState
from pbx.adoption.answers import AdoptionPreview, ReleasePreview
from pbx.adoption.candidates import Candidate, Refused
from pbx.answers import ChangeResult
from pbx.doctor.findings import Finding, Report
from pbx.drift.report import Drift, DriftReport
from pbx.errors import Refusal
from pbx.hint_states import Hint, HintState, Presence
from tests.handlers.slack.message_strategies import HELP
from tests.pictures.ordinary.onboarding import delivery
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import ADA, BOB, CAROL, NOW, bob, everybody, extension
from tests.reporting import a_report

PJSIP = Path("/etc/asterisk/pjsip.conf")


def presence() -> Presence:
    lamps = (
        Hint("101", "internal", "PJSIP/101", HintState.IN_USE, ("105",)),
        Hint("102", "internal", "PJSIP/102", HintState.IDLE, ("101", "105")),
        Hint("103", "internal", "PJSIP/103", HintState.UNAVAILABLE),
    )
    return Presence(lamps, names={"101": "Alice", "102": "Bob", "103": "Carol"})


def adoption() -> AdoptionPreview:
    found = [
        Candidate(number, {"name": name, "context": "internal", "codecs": ["ulaw", "alaw"]}, {}, {PJSIP: frozenset(range(at, at + 14))})
        for number, name, at in (("201", "Reception", 120), ("202", "Accounts", 136))
    ]  # fmt: skip
    stays = [
        Refused("provider", "it is a trunk", is_trunk=True),
        Refused("door", "its name is no number of 2 to 20 digits, as Switchhook's extensions have"),
    ]
    return AdoptionPreview(found, stays)


def drifts() -> DriftReport:
    found = Drift(
        "edited",
        "103",
        "extension 103 has other lines in pjsip.conf than the database: /ext verify 103 puts them back",
    )
    return DriftReport([found], extensions=9, waiting=1, phones=12, extens=40, contacts=8)  # fmt: skip


def entries() -> list[AuditEntry]:
    return [
        AuditEntry(at=NOW, actor=f"slack:{ADA}", action="changed", number="101", changes={"name": ["Alice", "Alice Nguyen"]}),
        AuditEntry(at=NOW, actor="hr:bamboohr", action="created", number="101", changes={"name": [None, "Alice"]}),
    ]  # fmt: skip


def found_by_doctor() -> Report:
    finding = Finding(
        "codecs", "Asterisk has no codec opus, which extension 110 asks for", "its phone cannot be heard",
        "install the package asterisk-opus, or type /ext set 110 codecs=ulaw,alaw", "publish",
    )  # fmt: skip
    checked = (
        ("ami", "Asterisk's manager interface lets Switchhook in"),
        ("files", "pjsip.conf can be written"),
    )
    return Report((finding,), checked)


def created() -> ChangeResult:
    return ChangeResult(extension("101", "Alice"), SecretStr("pXv4-t9Qm-27Lk-Zr8c"))


ANSWERED: ByKind = {
    "outcome_messages.outcome": lambda: outcome_messages.outcome(
        created(), "created", "101", "pbx.example.com"
    ),
    "outcome_messages.handed_over": lambda: outcome_messages.handed_over(
        ChangeResult(extension("102", "Bob")), extension("102", "Bob"), BOB
    ),
    "status_messages.status": lambda: status_messages.status(bob()),
    "list_messages.listing": lambda: list_messages.listing(everybody(), ""),
    "list_messages.overview": lambda: list_messages.overview(everybody()),
    "presence_command.presence": lambda: presence_command.presence(presence(), None),
    "weekly_command.shown": lambda: weekly_command.shown("C0PHONES"),
    "messages.in_words": lambda: in_words(a_report(calls={9: (5, 1, 0), 10: (7, 0, 1)}, phones=lambda _: 24)),
    "drift_command.drift": lambda: drift_command.drift(drifts()),
    "messages.warned": lambda: slack_messages.warned(
        list_messages.listing(everybody(), ""), ["Asterisk does not answer at 127.0.0.1:5038"]
    ),
    "messages.confirm_delete": lambda: slack_messages.confirm_delete(extension("103", "Carol")),
    "help_messages.overview": lambda: help_messages.overview(HELP),
    "help_messages.details": lambda: help_messages.details(
        "create <number> <name> [@user] [key=value …]",
        "a new extension; `create 101 Alice`",
        help_messages.SETTINGS,
    ),
    "refusals.did_you_mean": lambda: refusals.did_you_mean(
        "creat",
        "create <number> <name> [@user] [key=value …]",
        "a new extension; `create 101 Alice`",
        "create 101 Alice",
    ),
    "refusals.no_such_command": lambda: refusals.no_such_command("frobnicate", "frobnicate"),
    "messages.refusal": lambda: slack_messages.refusal(
        "Extension 101 is Alice's already: /ext status 101 shows it"
    ),
    "refusals.shown": lambda: refusals.shown(Refusal("there is no extension 120: /ext list shows all")),
    "refusals.with_look_up": lambda: refusals.with_look_up(
        Refusal("there is no extension 120: see /ext list, or make it with /ext create 120 Name")
    ),
    "refusals.unreachable": lambda: refusals.unreachable(BOB, "is a bot"),
    "refusals.locked": lambda: refusals.locked("Only phone admins can create extensions", [f"<@{ADA}>"], BOB),
    "refusals.choices": lambda: refusals.choices(
        "Two extensions have “Alice” in their name",
        [extension("101", "Alice"), extension("131", "Alice Cole")],
        "status",
        "",
    ),
    "refusals.without_extension": lambda: refusals.without_extension(CAROL),
    "answer_modal": lambda: windows.answer_modal(status_messages.status(bob())),
    "messages.begun": lambda: begun(CallAsked(number="102", exten="101", name="Alice"), is_followed=True),
    "command.render": lambda: command.render(
        [
            AlertRoute(channel="C0PHONES"),
            AlertRoute(topic="calls", numbers="100-109", channel="C0FRONTDESK"),
        ],
        "Done: calls of 100-109 go to this channel.",
    ),
    "notify_messages.shown": lambda: notify_messages.shown(False, is_new=True),
    "audit_messages.trail": lambda: audit_messages.trail(entries(), "101"),
    "adopt_command.show_adoption": lambda: adopt_command.show_adoption(adoption(), "201-202"),
    "adopt_command.show_release": lambda: adopt_command.show_release(
        ReleasePreview(["201"], ["202"], digest="0" * 16), "201-202"
    ),
    "adopt_command.told": lambda: adopt_command.told(["✅ 201 (Reception) is Switchhook's now."]),
    "messages.report": lambda: doctor_messages.report(
        found_by_doctor(), "110", {"publish": ("Publish now", "writes the files, and reloads Asterisk")}
    ),
    "command.answered": lambda: answered("HR delivery 17 is tried again. See /ext hr in a moment."),
    "command.listing": lambda: hr_listing(
        [
            delivery(17, "joined", "Alice Nguyen", DeliveryState.DONE, "Alice Nguyen has extension 101"),
            delivery(18, "joined", "Erin Cole", DeliveryState.FAILED, "101 is taken by Alice"),
            delivery(16, "left", "Dan Okafor", DeliveryState.DONE, "extension 106 is locked out"),
        ],
        {},
    ),
}
