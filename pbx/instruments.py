"""What is counted in every process, for /metrics. What the database knows is read when somebody asks instead."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

from pbx import instrument_files
from pbx.errors import AsteriskUnavailable, ConfigFileError, PhonesAtRisk

PLACE = instrument_files.prepare()
values.ValueClass = PLACE.value_class  # of all instruments that are made from here on
REGISTRY = CollectorRegistry()

PUBLISHED, FAILED = "published", "error"
OUTCOMES: dict[type[Exception], str] = {
    AsteriskUnavailable: "asterisk_unavailable",
    ConfigFileError: "config_file_error",
    PhonesAtRisk: "phones_at_risk",
}
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

PUBLISHES = Counter(
    "switchhook_publishes",
    "Times that the database was published, those that found nothing to do among them.",
    ["outcome"],
    registry=REGISTRY,
)
LAST_PUBLISH = Gauge(
    "switchhook_last_publish_timestamp_seconds",
    "When publishing last ended with this outcome.",
    ["outcome"],
    registry=REGISTRY,
    multiprocess_mode="max",
)
PUBLISH_DURATION = Histogram(
    "switchhook_publish_duration_seconds",
    "How long writing, reloading and verifying took, where there was something to do.",
    registry=REGISTRY,
    buckets=SECONDS,
)
RELOAD_DURATION = Histogram(
    "switchhook_reload_duration_seconds",
    "How long Asterisk took to reload a module.",
    ["module"],
    registry=REGISTRY,
    buckets=SECONDS,
)
EVENTS_STORED = Counter(
    "switchhook_events_stored",
    "Facts of the phone system that were stored.",
    ["kind"],
    registry=REGISTRY,
)


@contextmanager
def publishing() -> Iterator[None]:
    """Count a publish by its outcome."""
    outcome = FAILED
    try:
        yield
        outcome = PUBLISHED
    except tuple(OUTCOMES) as error:
        outcome = next(name for kind, name in OUTCOMES.items() if isinstance(error, kind))
        raise
    finally:
        PUBLISHES.labels(outcome).inc()
        LAST_PUBLISH.labels(outcome).set(time.time())


def count_stored(kinds: Iterable[str]) -> None:
    """Count events that were stored, by kind."""
    for kind, count in Tally(kinds).items():
        EVENTS_STORED.labels(kind).inc(count)
