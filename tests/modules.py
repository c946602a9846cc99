"""The program's own modules as files: which there are, which are pure, what they import, and their own test files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("handlers", "installation", "pbx", "models")
PURE = "Pure: "  # how the docstring of a pure module begins


@cache
def modules() -> list[Path]:
    """Every module of the program, as a path within the repository; migrations and tests are none."""
    found = [*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return sorted(path.relative_to(ROOT) for path in found)


def python_files() -> list[Path]:
    """Those of the program and of its tests, as they can be opened."""
    return [*(ROOT / module for module in modules()), *(ROOT / "tests").rglob("*.py")]


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text())


def is_pure(module: Path) -> bool:
    """Whether it says so itself; tests/test_architecture.py holds it to that."""
    if PURE not in (ROOT / module).read_text():  # most: no need to parse them
        return False
    return (ast.get_docstring(tree_of(module)) or "").startswith(PURE)


def is_table(module: Path) -> bool:
    """Whether it has a table of the database."""
    classes = (node for node in tree_of(module).body if isinstance(node, ast.ClassDef))
    return any(keyword.arg == "table" for each in classes for keyword in each.keywords)


def pure_modules() -> list[Path]:
    return [module for module in modules() if is_pure(module)]


def imported_names(module: Path) -> Iterator[str]:
    """All that it imports, dotted, wherever in it: `pbx.ami`, and `pbx.ami.connected` for a name from it."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(module: Path) -> set[Path]:
    """Those of our modules that it imports itself; of a package, its `__init__.py`."""
    return {ours for name in imported_names(module) if (ours := module_of(name))} - {module}


def module_of(name: str) -> Path | None:
    """Ours of that dotted name, or the one that it is imported from; None: it is not ours."""
    return _by_name().get(name) or _by_name().get(name.rpartition(".")[0])


@cache
def _by_name() -> dict[str, Path]:
    return {dotted(each): each for each in modules()}


def dotted(module: Path) -> str:
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


def own_tests(module: Path) -> list[Path]:
    """Return the test files in the mirrored folder: `test_calls.py`, `test_calls_of_groups.py`, `test_channels_and_calls.py`.

    A file is of the longest name of a module that it begins with.
    """
    folder, siblings = (
        ROOT / "tests" / module.parent,
        {path.stem for path in (ROOT / module.parent).glob("*.py")},
    )
    found = sorted(folder.glob("test_*.py"))
    return [path.relative_to(ROOT) for path in found if module.stem in _tested(path.stem, siblings)]


def _tested(test: str, modules: set[str]) -> set[str]:
    """Return the modules that a test file names: `channels` and `calls` of `test_channels_and_calls`."""
    names = test.removeprefix("test_").split("_and_")
    known = [[each for each in modules if f"{name}_".startswith(f"{each}_")] for name in names]
    return {max(each, key=len) for each in known if each}
