"""Fixtures: the real things, started for the test that asks for them and gone after it."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase, digits

import hypothesis
import pytest

from models.database import Database
from pbx.services import Services
from tests import postgresql_server
from tests.asterisk_bed import Asterisk
from tests.provider import Provider
from tests.server import Switchhook, migrate, quiet_settings, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser, methods

pytest_plugins = ["tests.browser_bed.fixtures"]

# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile("switchhook", deadline=None)
hypothesis.settings.load_profile("switchhook")


def pytest_configure() -> None:
    Switchhook.is_preloaded = True
    # Slack would show some underscores in a path otherwise.
    tempfile._RandomNameSequence.characters = ascii_lowercase + digits  # type: ignore[attr-defined]
    methods.TRIGGER_SECONDS = 60.0  # how busy the machine is says nothing of what is pressed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of whole systems, which take the longest: none of them is to be left for the end alone."""
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: all that was imported, and 10,000 tests."""
    gc.freeze()


@pytest.fixture(scope="module")
def way() -> str:
    """How Slack's requests come. A module whose tests are to pass either way has `way = one_server.both_ways`."""
    return "http"


@pytest.fixture(scope="module")
def application() -> str:
    """The web process's app, as gunicorn finds it, of a server that a module has; see patient_app.py."""
    return Switchhook.application


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for Asterisk's control socket, which pytest's own folders are not."""
    path = Path(tempfile.mkdtemp(prefix="switchhook-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def asterisk(folder: Path) -> Iterator[Asterisk]:
    with Asterisk(folder / "pbx") as running:
        yield running


@pytest.fixture(scope="session")
def shared_asterisk() -> Iterator[Asterisk]:
    """Started once, for all tests that ask for `fresh_asterisk`."""
    with tempfile.TemporaryDirectory(prefix="switchhook-") as path, Asterisk(Path(path)) as running:
        yield running


@pytest.fixture(scope="session")
def servers_asterisk() -> Iterator[Asterisk]:
    """Started once, for all modules whose tests share a server; see one_server.py."""
    with tempfile.TemporaryDirectory(prefix="switchhook-") as path, Asterisk(Path(path)) as running:
        yield running


@pytest.fixture
def fresh_asterisk(shared_asterisk: Asterisk) -> Asterisk:
    """As it was at first: for tests that all begin with the first number, each with a database of its own."""
    shared_asterisk.reset()
    return shared_asterisk


@pytest.fixture(scope="session")
def shared_provider() -> Iterator[Provider]:
    """Started once, for all tests that ask for `provider`."""
    with tempfile.TemporaryDirectory(prefix="switchhook-") as path, Provider(Path(path)) as running:
        yield running


@pytest.fixture
def provider(shared_provider: Provider) -> Provider:
    """Somebody to call outside, who knows of no calls yet."""
    shared_provider.reset()
    return shared_provider


@pytest.fixture
def database_url(folder: Path) -> str:
    """A migrated SQLite database; override it to test on another."""
    url = f"sqlite:///{folder / 'switchhook.db'}"
    migrate(url)
    return url


@pytest.fixture
def services(asterisk: Asterisk, database_url: str) -> Iterator[Services]:
    """The use cases in this process, on a real Asterisk."""
    built = Services.of(settings_for(asterisk, database_url))
    yield built
    built.database.close()


@pytest.fixture(scope="session")
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "switchhook.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def quiet(tmp_path: Path, migrated_once: Path, slack: SlackStandIn) -> Iterator[Services]:
    """A phone system with an empty database of its own; nobody has started its Asterisk."""
    built = Services.of(quiet_settings(Path(shutil.copy(migrated_once, tmp_path / "switchhook.db")), slack))
    yield built
    built.database.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def slack(way: str) -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.socket_mode = way == "socket"
        yield running
        assert running.sockets.violations == []


@pytest.fixture
def switchhook(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Iterator[Switchhook]:
    """The whole product under gunicorn, on a real Asterisk, with Slack played by the stand-in."""
    with Switchhook(asterisk, slack, database_url) as running:
        yield running


@pytest.fixture
def admin(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The URL of a server of its own, reached through a socket in its folder."""
    with postgresql_server.running() as url:
        yield url


@pytest.fixture(scope="module")
def migrated_postgresql(postgresql: str) -> str:
    """The URL of one with tables; `copy_of` in tests/models/migrating.py makes others of it in a moment."""
    migrate(postgresql)
    return postgresql
