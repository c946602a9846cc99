"""The table of the listener's jobs: what runs, how often, and that no table of the database grows for ever."""

from __future__ import annotations

import re

import sqlalchemy
from sqlmodel import SQLModel

from handlers.alerts import incident_messages
from handlers.alerts.gaps import GapJobs
from handlers.onboarding.jobs import OnboardingJobs
from handlers.reports.jobs import ReportJobs
from handlers.voicemail.jobs import VoicemailJobs
from jobs import Jobs
from models.lease import LEASE_TIME
from pbx.services import Services
from pbx.settling.watch import Watch

GROUPS = (Jobs, GapJobs, OnboardingJobs, ReportJobs, VoicemailJobs, Watch)
# A row for each thing that there is; their number does not grow with time.
BOUNDED = {
    "alert_route",
    "bookmark",
    "direct_alerts_off",
    "employee",
    "extension",
    "followed",
    "incident",
    "installation",
    "lease",
    "listening_gap",  # each that is told forgets those before the oldest event
    "listening_span",  # each note forgets those before the oldest event
    "lock_out",
    "nat",
    "oldest_program",
    "report_schedule",
    "status_connection",
    "step_mode",
    "transport",
}


def test_every_job_is_in_one_table(quiet: Services) -> None:
    table = Jobs(quiet, lambda: None).table()
    periods = {job.name: job.seconds for job in table}
    assert len(periods) == len(table)  # the scheduler knows them by name
    assert [job.name for job in table if job.wake] == [
        "hold_lease",
        "listen",
        "write_alerts",
        "post",
        "refresh_homes",
        "keep_statuses",
    ]
    not_by_the_clock = {"table", "stop", "end", "release", "looked", "settled"}
    public = {name for group in GROUPS for name in vars(group) if not name.startswith("_")}
    assert periods.keys() == public - not_by_the_clock
    assert 8 * periods["hold_lease"] < LEASE_TIME.total_seconds()
    assert periods["publish"] == 60


def test_every_job_with_words_of_its_own_exists(quiet: Services) -> None:
    assert incident_messages.JOBS.keys() < {job.name for job in Jobs(quiet, lambda: None).table()}


def test_every_table_that_grows_is_pruned(quiet: Services) -> None:
    pruned: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        pruned.update(re.findall(r"^DELETE FROM (\w+)", statement))

    sqlalchemy.event.listen(quiet.database.engine, "before_cursor_execute", note)
    Jobs(quiet, lambda: None).prune()
    assert pruned == SQLModel.metadata.tables.keys() - BOUNDED
