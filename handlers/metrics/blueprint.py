"""GET /metrics: for programs on this machine, and for others with a token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from handlers.alerts.watchdogs import ListenerWatchdog
from handlers.api.authentication import let_in
from handlers.api.problems import problem_of
from handlers.metrics import access, state
from handlers.metrics.sources import Source
from models.api_token import Scope
from pbx.instruments import PLACE, REGISTRY
from pbx.services import Services


class Everything(Collector):
    """All figures that can be had, and which sources answered."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        answered = {}
        for source in self._sources:
            figures = source.figures()
            answered[source.name] = figures is not None
            yield from figures or ()
        yield state.build_info()
        yield state.sources_up(answered)


def counted() -> list[Metric]:
    """Return what the processes have counted. Raises OSError where this one counts alone, or cannot read it."""
    if not PLACE.is_complete:
        raise OSError("this process counts alone")
    if PLACE.folder is None:
        return list(REGISTRY.collect())
    return list(MultiProcessCollector(None, str(PLACE.folder)).collect())


def blueprint(services: Services, watchdog: ListenerWatchdog) -> Blueprint:
    metrics = Blueprint("metrics", __name__)
    sources = (
        Source("counts", counted),
        Source("database", lambda: state.of_database(services, watchdog)),
        Source("asterisk", lambda: state.of_asterisk(services)),
    )
    registry = CollectorRegistry()
    registry.register(Everything(sources))

    def figures() -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), content_type=content_type)

    @metrics.get("/metrics")
    def view() -> Response:
        names, protocol = [name for name, _ in request.headers], request.environ.get("SERVER_PROTOCOL", "")
        if access.is_direct(request.remote_addr, request.host, names, protocol):
            return figures()
        try:
            let_in(Scope.READ)
        except SQLAlchemyError as error:  # as under /api/; elsewhere it is no problem of RFC 9457
            return problem_of(error).response()
        return figures()

    return metrics
