"""Medians and percentiles, printed side by side."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles


def line(name: str, seconds: Sequence[float]) -> str:
    """`name: median 12.3 ms, p95 20.1 ms, p99 25.0 ms, max 30.2 ms (n=100)`"""
    cuts = quantiles(seconds, n=100, method="inclusive")
    shown = {"median": median(seconds), "p95": cuts[94], "p99": cuts[98], "max": max(seconds)}
    return (
        f"{name}: "
        + ", ".join(f"{word} {value * 1000:.1f} ms" for word, value in shown.items())
        + f" (n={len(seconds)})"
    )
