"""The roads by which yesterday's database comes back, each as an administrator goes it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from pbx.services import Services
from tests.models.migrating import empty


def keep(services: Services, folder: Path) -> Callable[[], None]:
    """Make a backup with the database's own tools, and return what puts it back."""
    url = services.database.engine.url
    services.database.close()
    if url.get_backend_name() == "sqlite":
        return _file(services, Path(url.database or ""), folder / "yesterday.db")
    return _dump(services, folder / "yesterday.dump")


def _file(services: Services, path: Path, copy: Path) -> Callable[[], None]:
    shutil.copy(path, copy)

    def put_back() -> None:
        services.database.close()
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        shutil.copy(copy, path)

    return put_back


def _dump(services: Services, dump: Path) -> Callable[[], None]:
    text = services.database.engine.url.render_as_string(hide_password=False)
    plain = make_url(text).set(drivername="postgresql").render_as_string(hide_password=False)
    with services.database.engine.connect() as connection:
        query = "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
        tools = Path(connection.exec_driver_sql(query).scalar_one())
    _run(tools / "pg_dump", "-Fc", "-f", str(dump), plain)

    def put_back() -> None:
        services.database.close()
        empty(text)
        _run(tools / "pg_restore", "--clean", "--if-exists", "-d", plain, str(dump))

    return put_back


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
