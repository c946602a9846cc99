"""Every metric that /metrics can have."""

from __future__ import annotations

from typing import Any, NamedTuple

from prometheus_client import Metric

import app
from handlers.alerts.watchdogs import LISTENER
from handlers.metrics import state
from pbx.instruments import REGISTRY
from pbx.services import Services

SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
OF_PROMETHEUS = {"job", "instance", "le"}


class Known(NamedTuple):
    """One metric: `samples` are the names that a query may have."""

    name: str
    labels: tuple[str, ...]
    help: str
    samples: tuple[str, ...]


def metrics(services: Services) -> list[Known]:
    """Those that are counted, then those that are read."""
    watchdog = app.create_app(services.settings).extensions[LISTENER]
    watchdog.is_running = True
    read = [
        *state.of_database(services, watchdog),
        state.calls(0),
        state.build_info(),
        state.sources_up({"counts": True}),
    ]
    counted = [(family, each) for each in REGISTRY._collector_to_names for family in each.collect()]
    return [_known(family, source) for family, source in [*counted, *((each, each) for each in read)]]


def _known(family: Metric, labelled: Any) -> Known:
    samples = tuple(f"{family.name}{suffix}" for suffix in SUFFIXES[family.type])
    name = samples[0] if len(samples) == 1 else family.name
    return Known(name, tuple(labelled._labelnames), family.documentation, samples)
