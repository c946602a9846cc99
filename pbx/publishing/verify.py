"""Asks Asterisk itself what it has."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from pbx import dialplan, pjsip
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.pjsip import Endpoint
from pbx.publishing.plan import Job

# A reload may still be queued when Asterisk answers it; this is how long a verdict waits, in seconds.
PATIENCE = 3.0
FIRST_PAUSE = 0.005


def show_endpoint(number: str) -> dict[str, str]:
    return {"Action": "PJSIPShowEndpoint", "Endpoint": number}


def verdicts(asterisk: Client, jobs: Sequence[Job], transports: Mapping[str, str]) -> dict[str, list[str]]:
    """number → what Asterisk shows differently; an empty list: every value is there."""
    faults: dict[str, list[str]] = {}
    open_jobs, pause, deadline = list(jobs), FIRST_PAUSE, time.monotonic() + PATIENCE
    while open_jobs:
        faults |= _ask(asterisk, open_jobs, transports)
        open_jobs = [job for job in open_jobs if faults[job.row.number]]
        patience = deadline - time.monotonic()
        if patience <= 0:
            break
        if open_jobs:
            time.sleep(min(pause, patience))
            pause *= 2
    return faults


def endpoints_differ(asterisk: Client, jobs: Sequence[Job], transports: Mapping[str, str]) -> bool:
    answers = asterisk.ask_all([show_endpoint(job.row.number) for job in jobs])
    return any(_endpoint_faults(job, answer, transports) for job, answer in zip(jobs, answers, strict=True))


def _ask(asterisk: Client, jobs: Sequence[Job], transports: Mapping[str, str]) -> dict[str, list[str]]:
    endpoints = asterisk.ask_all([show_endpoint(job.row.number) for job in jobs])
    extens = asterisk.ask_all([dialplan.show_action(job.row.context, job.row.number) for job in jobs])
    return {
        job.row.number: _endpoint_faults(job, shown, transports) + _exten_faults(job, events)
        for job, shown, events in zip(jobs, endpoints, extens, strict=True)
    }


def _endpoint_faults(job: Job, answer: list[Message], transports: Mapping[str, str]) -> list[str]:
    exists = answer[0].get("Response") == "Success"
    if job.endpoint is None:
        return [f"endpoint {job.row.number} is still there"] if exists and not job.endpoint_by_hand else []
    if not exists:
        return [f"there is no endpoint {job.row.number}"]
    return faults_of(job.endpoint, answer, transports)


def faults_of(endpoint: Endpoint, answer: Sequence[Message], transports: Mapping[str, str]) -> list[str]:
    return list(pjsip.differences(endpoint, transports, answer))


def _exten_faults(job: Job, events: list[Message]) -> list[str]:
    exten = dialplan.exten(job.row.number, job.row.context)
    if job.endpoint is None:
        is_gone = job.exten_by_hand or exten.is_absent(events)
        return [] if is_gone else [f"the dialplan still has {exten.exten}@{exten.context}"]
    if job.steps_by_hand:
        return []
    if exten.is_shown(events):
        return []
    return [f"the dialplan does not have {exten.exten}@{exten.context} with its hint"]
