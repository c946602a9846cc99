"""Which checks are run, for the whole system and for one number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from handlers.doctor import env_checks, number_alerts, system_checks
from handlers.doctor.env_file import EnvFile
from pbx import numbers
from pbx.doctor import checks, number_checks
from pbx.doctor.findings import Report
from pbx.doctor.one_number import OneNumber
from pbx.doctor.running import run
from pbx.services import Services

# Checks of the system that find what may be the reason for one phone's trouble.
CAUSES = {
    "database", "secret-key", "disk", "ami", "files", "ami-rights", "version", "modules", "writable", "same-folder",
    "sorcery", "transports", "lamps", "registrations", "identity", "nat",
}  # fmt: skip
CAUSES_BY_TRANSPORT = {"tls": {"tls-versions", "certificates"}, "wss": {"web-phones", "certificates"}}


def of_settings() -> Report:
    """Examine the settings alone, which do not let the program start."""
    return run(env_checks.CHECKS, EnvFile.read())


def of_system(services: Services) -> Report:
    env = EnvFile.read()
    if env.status is None:
        env = replace(env, bad=())  # the settings of this process come from elsewhere
    return run(system_checks.CHECKS, services, run(env_checks.CHECKS, env))


def of_number(services: Services, number: str) -> Report:
    """Examine one number, after the phone system, whose faults would be the cause of the number's."""
    report = _run(CAUSES, services, Report())
    if "database" not in report.blocking and (row := numbers.find(services, number)):
        report = _run(CAUSES_BY_TRANSPORT.get(row.transport, set()), services, report)
    checks_of_it = (*number_checks.CHECKS, number_alerts.CHECK)
    return run(checks_of_it, OneNumber(services, number), report)


def _run(slugs: Collection[str], services: Services, before: Report) -> Report:
    return run([check for check in checks.CHECKS if check.slug in slugs], services, before)
