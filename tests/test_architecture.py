"""The shape of the program: what says that it is pure is pure, and imports go one way."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.modules import (
    dotted,
    imported_names,
    is_pure,
    is_table,
    module_of,
    modules,
    own_imports,
    own_tests,
    pure_modules,
    python_files,
    tree_of,
)

MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 250, 30  # as CONTRIBUTING.md has it
# Packages of handlers/ that import each other.
IN_CIRCLES = {"api bulk", "onboarding slack"}
# What a pure module may import from elsewhere: nothing that reads or writes anything, waits, or looks at the clock.
HARMLESS = {
    "__future__", "abc", "base64", "bisect", "collections", "csv", "dataclasses", "datetime", "difflib", "enum", "functools", "hashlib",
    "hmac", "html", "io", "ipaddress", "itertools", "json", "math", "re", "shlex", "typing", "unicodedata", "urllib.parse",
    "xml.etree.ElementTree",
    "pathlib.Path", "sqlite3.Error", "http.client.HTTPException",
    "pydantic", "pydantic_core", "segno", "sqlalchemy.exc", "slack_sdk.errors", "standardwebhooks.Webhook",
}  # fmt: skip
# Calls by which harmless modules print, read files or look at the clock.
EFFECTS = {"open", "print", "input"}
EFFECTS_OF_OBJECTS = {
    "cwd", "exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "now", "read_bytes", "read_text", "resolve", "rglob",
    "stat", "today", "touch", "unlink", "utcnow", "write_bytes", "write_text",
}  # fmt: skip


@pytest.mark.parametrize("module", pure_modules(), ids=str)
def test_a_pure_module_imports_and_calls_nothing_that_has_an_effect(module: Path) -> None:
    assert [name for name in imported_names(module) if not _is_harmless(name)] == []
    called = [node.func for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)]
    assert EFFECTS.isdisjoint(each.id for each in called if isinstance(each, ast.Name))
    assert EFFECTS_OF_OBJECTS.isdisjoint(each.attr for each in called if isinstance(each, ast.Attribute))


def _is_harmless(name: str) -> bool:
    """Of our modules pure ones, and the classes of tables: plain data."""
    ours = module_of(name)
    if ours is None:
        return any(f"{name}.".startswith(f"{allowed}.") for allowed in HARMLESS)
    last = name.rpartition(".")[2]
    return is_pure(ours) or (is_table(ours) and last[0].isupper() and last != dotted(ours))


def test_a_pure_module_that_does_something_has_test_files_of_its_own() -> None:
    """Else `make mutation` could not break it."""
    with_functions = [
        module
        for module in pure_modules()
        if any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree_of(module)))
    ]
    assert [str(module) for module in with_functions if not own_tests(module)] == []


@pytest.mark.parametrize(("inner", "outer"), [("pbx", "handlers"), ("models", "handlers"), ("models", "pbx")])
def test_imports_go_inwards(inner: str, outer: str) -> None:
    outwards = [
        f"{module} imports {name}"
        for module in modules()
        for name in imported_names(module)
        if module.parts[0] == inner and name.split(".")[0] == outer
    ]
    assert outwards == []


def test_alerts_know_nothing_of_onboarding() -> None:
    """handlers/message_kinds.py and jobs.py bring the two together."""
    imported = {
        name
        for module in modules()
        if module.is_relative_to("handlers/alerts")
        for name in imported_names(module)
    }
    assert "handlers.alerts.calls.Calls" in imported
    assert not [
        name for name in imported if name.startswith(("handlers.onboarding", "handlers.message_kinds"))
    ]


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Raises CycleError, which names the circle."""
    assert list(TopologicalSorter({module: own_imports(module) for module in modules()}).static_order())


def test_packages_of_handlers_import_each_other_no_more_than_they_do() -> None:
    """What two doors share stands outside of both. Take out of IN_CIRCLES what is mended."""
    imports = {
        (module.parts[1], other.parts[1])
        for module in modules()
        for other in own_imports(module)
        if _is_in_a_package_of_handlers(module) and _is_in_a_package_of_handlers(other)
    }
    circles = {f"{one} {other}" for one, other in imports if one < other and (other, one) in imports}
    assert circles == IN_CIRCLES


def _is_in_a_package_of_handlers(module: Path) -> bool:
    return module.parts[0] == "handlers" and len(module.parts) > 2


def test_files_are_short_also_those_of_tests() -> None:
    assert [
        str(file) for file in python_files() if len(file.read_text().splitlines()) > MOST_LINES_OF_A_FILE
    ] == []


def test_functions_are_short() -> None:
    long = [
        f"{module}: {node.name}"
        for module in modules()
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []
