"""Puts faults into a running Asterisk, and takes them out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pbx.doctor.findings import Check, Finding, Report, SubjectT
from pbx.doctor.running import run
from pbx.services import Services
from tests.asterisk_bed import Asterisk


@contextmanager
def manager_conf(asterisk: Asterisk, before: str, after: str) -> Iterator[None]:
    """Replace a line of manager.conf for a while, as an administrator does who then reloads."""
    path = asterisk.config_dir / "manager.conf"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    asterisk.cli("manager reload")
    try:
        yield
    finally:
        path.write_text(text)
        asterisk.cli("manager reload")


def checked(checks: Iterable[Check[SubjectT]], subject: SubjectT) -> Report:
    """What all find, however long a busy machine takes for each."""
    return run([replace(check, limit=60.0) for check in checks], subject)


def only(check: Callable[[Services], Iterator[Finding]], services: Services) -> Finding:
    """The one finding of a check."""
    (finding,) = check(services)
    return finding
