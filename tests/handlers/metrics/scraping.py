"""Reads /metrics as Prometheus does."""

from __future__ import annotations

import requests
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.server import Switchhook


class Scrape:
    """One answer of /metrics, as text or as that of a server."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {each.name: each for each in text_string_to_metric_families(text)}

    @classmethod
    def of(cls, server: Switchhook) -> Scrape:
        answer = requests.get(f"{server.url}/metrics", timeout=60)
        assert answer.status_code == 200, answer.text
        return cls(answer.text)

    def value(self, sample: str, **labels: str) -> float | None:
        """Return the sum of the samples by this name that have these labels; None: there is none."""
        found = [
            each.value
            for family in self.families.values()
            for each in family.samples
            if each.name == sample and labels.items() <= each.labels.items()
        ]
        return sum(found) if found else None

    def labels(self, sample: str, label: str) -> set[str]:
        return {
            each.labels[label]
            for family in self.families.values()
            for each in family.samples
            if each.name == sample
        }
