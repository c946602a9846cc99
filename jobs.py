"""What `flask listen` does: the one table of jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import housekeeping
from handlers import message_kinds, unshown
from handlers.alerts import drift, flapping, rules
from handlers.alerts.detector import IncidentDetector
from handlers.alerts.gaps import GapJobs
from handlers.alerts.poster import Poster
from handlers.alerts.watchdogs import DatabaseWatchdog
from handlers.home.publishing import Homes
from handlers.home.refreshing import Refresher
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.jobs import OnboardingJobs
from handlers.oncall.keeper import StatusKeeper
from handlers.reports.jobs import ReportJobs
from handlers.retry import backoff, jitter
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from handlers.steps.progress import progress
from handlers.voicemail.jobs import VoicemailJobs
from models import csv_import, lease_step
from models.lease import LISTENER_LEASE, LOOK_SECONDS, RENEW_SECONDS, LeaseHolder, LeaseLost
from pbx.errors import AsteriskDown, AsteriskUnavailable, ConfigFileError
from pbx.fact_store import FactStore
from pbx.listener import Listener
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.publishing import lost, outbound
from pbx.reencrypt import key_conflict, reencrypt
from pbx.services import Services
from pbx.settling.watch import Watch
from pbx.talking import Talking
from scheduling import Job

log = logging.getLogger("switchhook.schedule")

MAX_PAUSE = 30.0  # seconds between two attempts to reach Asterisk
POST_AGAIN_SECONDS = 0.1  # while messages wait for Slack's rate limits or a later try


class Jobs:
    """What `flask listen` does. Every process listens; the one that has the lease stores, writes alerts and posts."""

    def __init__(self, services: Services, on_connected: Callable[[], None]) -> None:
        self._services = services
        self._on_connected = on_connected
        self._holder = LeaseHolder(services.database, LISTENER_LEASE)
        self._stop = threading.Event()
        self._stored = threading.Event()  # set when there are new events
        self._changed = threading.Event()  # set when Homes may show something else
        self._filled = threading.Event()  # set when there may be new messages in the outbox
        self._facts = FactStore(services.database, self._holder, self._note_stored)
        self._client = client = slack_client(services.settings)
        admins = Admins(services.settings.slack_admins, client)
        self._talking = Talking()
        self._statuses = StatusKeeper(services, self._holder, client, self._talking)
        self._poster = Poster(services, self._holder, client, admins, message_kinds.reader(services))
        self._refresher = Refresher(Homes(services, client, admins), self._holder)
        onboarding = OnboardingContext(services, client)
        self._onboarding = OnboardingJobs(onboarding, self._as_holder, self._filled, self._stop)
        self._failures = 0
        self._may_have_restarted = threading.Event()  # Asterisk, with files it refused before
        self.detector = IncidentDetector(services, self._holder, DatabaseWatchdog(services, client, admins))
        self._watch = Watch(services, self._holder, self._as_holder, self.detector.note_put_back)
        self._reports = ReportJobs(services, self._holder, self._as_holder, self._filled, self._talking)
        self._gaps = GapJobs(services, self._holder, self._as_holder, self._stored, self._filled)
        self._voicemail = VoicemailJobs(
            services, self._holder, self._as_holder, self._filled, self.detector.note_voicemail
        )

    def listen(self) -> None:
        """Listen until Asterisk is lost, or this process is stopped; with the lease and without it."""
        try:
            Listener(self._services, self._facts, self._stop, self._connected, self._talking).run()
        except AsteriskUnavailable as error:
            if isinstance(error, AsteriskDown):
                self._talking.nobody()
            self._wait_for_asterisk(str(error))

    def _connected(self) -> None:
        self._failures = 0
        self.detector.failing[self.listen.__name__] = None  # a turn lasts too long to wait for its end
        self.detector.note_asterisk(None)
        self._may_have_restarted.set()
        self._on_connected()

    def _note_stored(self) -> None:
        self._stored.set()
        self._changed.set()

    def _wait_for_asterisk(self, reason: str) -> None:
        self._failures += 1
        self.detector.note_asterisk(reason)
        seconds = jitter(backoff(self._failures, MAX_PAUSE))
        log.warning("not listening: trying again", extra={"reason": reason, "in_seconds": round(seconds, 1)})
        self._stop.wait(seconds)

    def hold_lease(self) -> None:
        """Renew the lease, also while there is nothing to store; while another process has it, be ready to take over."""
        if self._holder.has_it:
            self._as_holder(lambda: self._holder.confirm(RENEW_SECONDS - LOOK_SECONDS))
        elif not self._stop.is_set() and self._facts.take_over():
            self._as_holder(self._begin_to_hold)

    def _begin_to_hold(self) -> None:
        log.info("this process has become the listener")
        self.detector.reset()
        if self._talking.is_current:
            self.detector.note_asterisk(None)
        unshown.retry(self._holder)

    def write_alerts(self) -> None:
        self._as_holder(self._write_alerts)
        self._filled.set()

    def _write_alerts(self) -> None:
        while rules.write_alerts(self._services, self._holder):
            pass

    def refresh_homes(self) -> None:
        """Keep the App Homes up to date that were opened lately."""
        self._as_holder(self._refresher.refresh)

    def keep_statuses(self) -> None:
        """Have Slack statuses say who is on a call."""
        self._as_holder(self._statuses.keep)

    def report_quiet_phones(self) -> None:
        """Report that phones have stopped flapping."""
        self._as_holder(lambda: flapping.report_quiet(self._services, self._holder))
        self._filled.set()

    def report_incidents(self) -> None:
        """Report what goes wrong for longer."""
        self.detector.report(self._as_holder)
        self._filled.set()

    def report_drift(self) -> None:
        """Report daily what on the phone system differs from the database."""
        self._as_holder(lambda: drift.report_daily(self._services, self._holder))
        self._filled.set()

    def post(self) -> None:
        self._as_holder(self._post)

    def _post(self) -> None:
        while self._poster.post_due() and not self._stop.is_set():
            self._poster.wait_for_one()
        if self._poster.has_due:
            self._stop.wait(POST_AGAIN_SECONDS)
            self._filled.set()

    def _as_holder(self, step: Callable[[], object]) -> None:
        """Do a step if this process has the lease, and still has it if it was frozen for a while."""
        if not self._holder.has_it:
            return
        try:
            self._holder.confirm()
            with lease_step.step_of(self._holder):
                step()
        except LeaseLost:
            log.info("this process stands by")

    def publish(self) -> None:
        with suppress(AsteriskUnavailable):  # publish() has the same, if it has to ask
            self._as_holder(self._find_lost)
        self.detector.note_secrets(key_conflict(self._services))
        try:
            publish(self._services)
        except AsteriskUnavailable:
            pass  # logged, and saved with the rows that wait; the listener notices, too
        except PUBLISH_ERRORS as error:
            self.detector.note_publishing(str(error))
        else:
            self.detector.note_publishing(None)
            with suppress(AsteriskUnavailable, ConfigFileError):  # publish() has the same, if it has to ask
                self.detector.note_calls_out(outbound.problems(self._services))

    def _find_lost(self) -> None:
        lost.mark_lost_pending(self._services)
        if self._may_have_restarted.is_set():
            lost.mark_refused_pending(self._services)
            self._may_have_restarted.clear()

    def carry_out_steps(self) -> None:
        """Carry out what workflows of Slack's have asked for."""
        self._as_holder(lambda: progress(self._services, self._client))
        self._filled.set()

    def reencrypt(self) -> None:
        with suppress(*PUBLISH_ERRORS):  # publish() has the same, and says so
            reencrypt(self._services)

    def prune(self) -> None:
        """Delete rows that are old."""
        housekeeping.prune(self._services)

    def forget_uploads(self) -> None:
        """Delete files that nobody has imported within their time: passwords may be in them."""
        csv_import.prune(self._services.database)

    def stop(self) -> None:
        self._stop.set()

    def end(self) -> None:
        """Release the lease when nothing is on its way to Slack any more."""
        self._poster.finish()
        self._statuses.finish()
        self.release()

    def release(self) -> None:
        """Release the lease, so that another process can take over at once."""
        self._holder.release()

    def table(self) -> tuple[Job, ...]:
        """Return all that runs, and how often."""
        settled, looked = self._watch.settled, self._watch.looked
        return (
            Job(self.hold_lease, LOOK_SECONDS, wake=threading.Event()),
            Job(self.listen, 1.0, wake=threading.Event()),
            Job(self._watch.note_state, 5.0),
            Job(looked(self.write_alerts), 1.0, wake=self._stored),
            Job(looked(self._gaps.fill_gaps), 1.0),
            Job(looked(self.post), 1.0, wake=self._filled),
            Job(self.refresh_homes, 1.0, wake=self._changed),
            Job(self.keep_statuses, 0.5, wake=self._talking.changed),
            Job(self.report_quiet_phones, 10.0),
            Job(self.report_incidents, 2.0),
            Job(self.publish, 60.0),
            Job(self.report_drift, 3600.0),
            Job(self._reports.note_listening, 60.0),
            Job(settled(self._reports.send_weekly_report), 5.0),
            Job(settled(self._onboarding.onboard), 0.5),
            Job(settled(self.carry_out_steps), 0.5),
            Job(settled(self._onboarding.look_up_employees), 1.0),
            Job(self._voicemail.deliver_voicemail, 1.0),
            Job(self._voicemail.compare_voicemail, 60.0),
            Job(settled(self._onboarding.release_numbers), 600.0),
            Job(self.prune, 3600.0),
            Job(self.forget_uploads, 60.0),
            Job(self.reencrypt, 3600.0),
        )
