"""Dashboard, alert rules and the document know the metrics that there are, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from app import create_app
from handlers.metrics.requests import METHODS
from pbx.instrument_files import FILE_BYTES
from pbx.services import Services
from tests.handlers.metrics import known
from tests.handlers.metrics.known import OF_PROMETHEUS, Known
from tests.server import PROJECT
from tests.test_docs_tables import table

DASHBOARD: dict[str, Any] = json.loads((PROJECT / "deploy/grafana-dashboard.json").read_text())
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((PROJECT / "deploy/prometheus-alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
SELECTOR = re.compile(r"(switchhook_\w+)(?:\{([^}]*)\})?")
GROUPED = re.compile(r"\b(?:by|without) \(([\w, ]+)\)")


@pytest.fixture(scope="module")
def there(module_quiet: Services) -> list[Known]:
    return known.metrics(module_quiet)


def queries() -> Iterator[str]:
    yield from (target["expr"] for panel in PANELS for target in panel["targets"])
    yield from (rule["expr"] for rule in RULES)
    yield from (each["definition"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query")


def test_every_query_names_metrics_and_labels_that_there_are(there: list[Known]) -> None:
    labels = {sample: {*metric.labels, *OF_PROMETHEUS} for metric in there for sample in metric.samples}
    for query in queries():
        found = SELECTOR.findall(query)
        assert found or query.startswith("up{"), query
        for name, selector in found:
            assert name in labels, query
            assert set(re.findall(r"(\w+)(?:=~|!=|!~|=)", selector)) <= labels[name], query
        grouped = {label.strip() for group in GROUPED.findall(query) for label in group.split(",")}
        assert grouped <= OF_PROMETHEUS.union(*(labels[name] for name, _ in found)), query


def test_every_metric_is_on_the_dashboard(there: list[Known]) -> None:
    shown = {
        name
        for panel in PANELS
        for target in panel["targets"]
        for name, _ in SELECTOR.findall(target["expr"])
    }
    assert [metric.name for metric in there if shown.isdisjoint(metric.samples)] == []


def test_every_metric_is_in_the_table(there: list[Known]) -> None:
    written = table("docs/operations.md", "Metric")
    wanted = [
        [metric.name, ", ".join(f"`{label}`" for label in metric.labels), metric.help] for metric in there
    ]
    assert sorted(written) == sorted(wanted)


def test_names_follow_the_conventions_of_prometheus(there: list[Known]) -> None:
    for metric in there:
        assert re.fullmatch(r"switchhook(_[a-z]+)+", metric.name)
        assert not set(metric.labels) & {"number", "name", "extension", "path", "user"}
        assert metric.help.endswith("."), metric.name
        if metric.samples[0].endswith("_bucket"):
            assert metric.name.endswith("_seconds"), "base units"


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) > 0
    for rule in RULES:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        assert re.search(r"flask |systemctl |journalctl |curl |/ext ", rule["annotations"]["description"])


def test_the_dashboard_is_one_that_grafana_imports() -> None:
    """The fields of its JSON model: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model."""
    assert DASHBOARD["id"] is None, "a number is of one Grafana"
    assert DASHBOARD["schemaVersion"] >= 39
    assert {"title", "uid", "panels", "templating", "time", "timezone", "tags", "version"} <= DASHBOARD.keys()
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    variables = {each["name"]: each["type"] for each in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query", "instance": "query"}
    for panel in PANELS:
        assert {"title", "type", "description", "gridPos", "fieldConfig", "options"} <= panel.keys()
        for source in (panel["datasource"], *(target["datasource"] for target in panel["targets"])):
            assert source == {"type": "prometheus", "uid": "${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_no_panels_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert max(x for x, _ in cells) < 24
        assert taken.isdisjoint(cells), panel["title"]
        taken |= cells


def test_all_that_can_be_counted_has_room_in_the_files(module_quiet: Services) -> None:
    """A file that grows has no room of its own, and a full disk would end who writes to it."""
    rules = create_app(module_quiet.settings).url_map.iter_rules()
    ways = sum(len({*METHODS} & (rule.methods or set())) + 1 for rule in rules) + len(METHODS) + 1
    longest = "switchhook_http_request_duration_seconds_bucket"
    entry = 2 * len(longest) + 200  # its names, labels, help and numbers
    statuses, buckets = 10, 12
    assert ways * max(statuses, buckets) * entry < FILE_BYTES
