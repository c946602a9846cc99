"""The documents are true: links, commands and settings lead somewhere, and files that they name exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from dotenv import dotenv_values

from tests.documents import (
    DOCUMENTS,
    SETTINGS,
    TRUE,
    anchors,
    broken_links,
    flask_check,
    flask_commands,
    unknown_settings,
    wrong_commands,
)
from tests.modules import is_table, modules, tree_of
from tests.server import PROJECT

every_document = pytest.mark.parametrize("name", DOCUMENTS)


@pytest.fixture(scope="module")
def flask() -> click.Group:
    return flask_commands()


@every_document
def test_every_relative_link_leads_to_a_file_and_a_heading(name: str) -> None:
    assert broken_links(name, DOCUMENTS[name]) == []
    assert len(set(anchors(DOCUMENTS[name]))) == len(anchors(DOCUMENTS[name])) or name == "CHANGELOG.md"


@every_document
def test_every_command_exists_and_would_be_taken_as_it_is_written(name: str, flask: click.Group) -> None:
    assert wrong_commands(TRUE[name], flask) == []


def test_every_option_of_flask_that_the_program_names_exists(flask: click.Group) -> None:
    is_right = flask_check(flask)
    texts = [
        node.value
        for module in modules()
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    typed = [each for text in texts for each in re.findall(r"\bflask ((?:\w+ )+--[a-z-]+)", text)]
    assert typed
    assert [each for each in typed if not is_right(each)] == []


@every_document
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert unknown_settings(TRUE[name]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "[Install](docs/instal.md)",
        "[Install](docs/install.md#8-dance)",
        "[here](#nowhere)",
        "a link over\ntwo [lines\nof text](CHANGE.md)",
    ],
)
def test_a_wrong_link_is_found(wrong: str) -> None:
    assert len(broken_links("README.md", f"# Title\n\n{wrong}\n")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "Type `/ext crate 101 Alice`.",
        "    /ext set 101 colour=red\n",
        "    /ext set 101 max_contacts=0\n",
        "`flask extension list`",
        "    sudo -u switchhook .venv/bin/flask ext create 101 --colour=red\n",
        "```sh\nflask restor FILE\n```\n",
        "`make coffee`",
        "run `alembic upgarde head`",
        "run `.venv/bin/alembic upgrade` and",
    ],
)
def test_a_wrong_command_is_found(wrong: str, flask: click.Group) -> None:
    assert len(wrong_commands(wrong, flask)) == 1


@pytest.mark.parametrize(
    "wrong", ["`SLACK_TOKEN`", "    SECRETS_KEY=…\n", "```sh\nexport PJSIP_FILE=x\n```\n"]
)
def test_a_wrong_setting_is_found(wrong: str) -> None:
    assert len(unknown_settings(wrong)) == 1


def test_correct_documents_have_no_findings(flask: click.Group) -> None:
    right = "`/ext status 101`, `/ext …`, `flask ext …`, `make demo PYTHON=python3.12`, `SECRET_KEY=new,old`"
    assert wrong_commands(right, flask) == unknown_settings(right) == []


def test_settings_has_every_setting_and_so_has_the_example() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENTS["docs/settings.md"], re.MULTILINE)
    assert sorted(listed) == sorted(SETTINGS) == sorted(dotenv_values(PROJECT / ".env.example"))


def test_the_documents_say_the_same_mode_of_env_as_the_example() -> None:
    example = (PROJECT / ".env.example").read_text()
    for text in (example, DOCUMENTS["docs/install-by-hand.md"]):
        assert re.findall(r"chown (\S+) \.env.*?chmod (\d+) \.env", text, re.DOTALL) == [
            ("root:switchhook", "640")
        ]
    assert set(re.findall(r"\.env\)?`?[^.]*?mode (\d+)", "".join(DOCUMENTS.values()))) == {"640"}


def test_readme_is_short_and_leads_to_every_document() -> None:
    readme = DOCUMENTS["README.md"]
    assert readme.count("\n") <= 150
    assert [name for name in DOCUMENTS if name != "README.md" and f"]({name}" not in readme] == []


@every_document
def test_every_file_of_python_that_is_named_exists(name: str) -> None:
    """By its whole path or the end of it, as `publishing/plan.py`."""
    named = set(re.findall(r"`([\w/.]+\.py)`", TRUE[name]))
    files = [f"/{path.as_posix()}" for path in [*modules(), Path("gunicorn.conf.py")]]
    files += [f"/tests/{path.name}" for path in (PROJECT / "tests").glob("*.py")]
    assert [each for each in named if not any(file.endswith(f"/{each}") for file in files)] == []


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md"])
def test_every_file_of_the_map_exists(name: str) -> None:
    (tree,) = re.findall(r"## The map\n+(?:[^ \n].*\n+)*((?:    .*\n)+)", DOCUMENTS[name])
    folders, named = {0: Path()}, []
    for indent, entry in re.findall(r"^    ( *)(\S+)  ", tree, re.MULTILINE):
        path = folders[len(indent)] / entry
        folders[len(indent) + 2] = path
        named.append(path)
    assert Path("handlers/slack") in named
    assert [str(path) for path in named if not (PROJECT / path).exists()] == []


def test_every_file_is_named_by_its_package_or_in_the_map() -> None:
    """Tables are one file each; those of the root are all in the map."""
    the_map = DOCUMENTS["docs/architecture.md"].partition("## The map")[2].partition("\n## ")[0]
    nowhere = []
    for path in modules():
        package = path.parent / "__init__.py"
        named = the_map if path.parent == Path() else ast.get_docstring(tree_of(package)) or ""
        if path != package and not is_table(path) and not re.search(rf"\b{path.name}\b", named):
            nowhere.append(str(path))
    assert nowhere == []


def test_every_file_that_a_package_names_exists() -> None:
    for package in (path for path in modules() if path.name == "__init__.py"):
        named = re.findall(r"(?<![\w/.])\w+\.py", ast.get_docstring(tree_of(package)) or "")
        assert [each for each in named if not (PROJECT / package.parent / each).exists()] == [], package


def test_every_recipe_that_the_program_names_is_there() -> None:
    named = {
        name for path in modules() for name in re.findall(r"“(Recipe: [^”]+)”", (PROJECT / path).read_text())
    }
    headings = re.findall(r"^## (Recipe: .*)$", DOCUMENTS["docs/architecture.md"], re.MULTILINE)
    recipes = "a subcommand", "an HR source", "an alert kind", "a field of an extension"
    assert named == {f"Recipe: {each}" for each in recipes}
    assert named <= set(headings)
