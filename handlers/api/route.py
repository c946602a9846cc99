"""What a route of the API is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from models.api_token import Scope

# What an answer holds: a model as JSON, or another media type by its name, such as text/csv.
Answered = type[BaseModel] | str


@dataclass(frozen=True)
class Route:
    """One method of one path. `scope` is None where no token is needed."""

    method: str
    path: str  # as Flask writes it, without /api: /extensions/<id>
    scope: Scope | None
    group: str
    view: Callable[..., Any]
    parameters: Mapping[str, Any]  # of the view, by name: the annotation
    answers: Mapping[int, Answered]  # by status, where it went well
    problems: tuple[int, ...] = ()  # statuses, besides those that follow from the rest of it
    takes: tuple[str, ...] = ()  # headers of the request, of openapi.HEADERS
    sends: tuple[str, ...] = ()  # headers of the answers where it went well, of the same
    # Media types of the body besides JSON, with the schema of each; the view's `body` is None then.
    also: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    max_body: int | None = None  # bytes; None: as everywhere

    @property
    def summary(self) -> str:
        """Return the first line of the docstring."""
        return (inspect.getdoc(self.view) or "").partition("\n")[0].rstrip(".")

    @property
    def description(self) -> str:
        """Return what follows the first line of the docstring."""
        return (inspect.getdoc(self.view) or "").partition("\n")[2].strip()

    @property
    def headers(self) -> tuple[str, ...]:
        """Return all headers of the request that count."""
        return (*self.takes, "Idempotency-Key") if self.method == "POST" else self.takes

    @property
    def query(self) -> type[BaseModel] | None:
        return self._model("query")

    @property
    def body(self) -> type[BaseModel] | None:
        return self._model("body")

    def _model(self, name: str) -> type[BaseModel] | None:
        """Return the model of a parameter, be it `Model` or `Model | None`."""
        found = self.parameters.get(name)
        kinds = (found, *getattr(found, "__args__", ()))
        return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)

    @property
    def models(self) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
        """Return the models of its body and answers, and whether each is read or written."""
        answered = (each for each in self.answers.values() if not isinstance(each, str))
        read: list[tuple[type[BaseModel], JsonSchemaMode]] = [(self.body, "validation")] if self.body else []
        return [*read, *((each, "serialization") for each in answered)]

    @cached_property
    def in_path(self) -> dict[str, TypeAdapter[Any]]:
        """Return what reads each parameter of the path. Kept: it takes longer to make than to use."""
        others = {name: each for name, each in self.parameters.items() if name not in ("query", "body")}
        return {name: TypeAdapter(each) for name, each in others.items()}
