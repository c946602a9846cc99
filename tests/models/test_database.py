"""The engine: what it does when its server does not answer."""

from __future__ import annotations

import socket
import threading

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import text

from models.database import Database
from models.patience import BRIEF, USUAL, Patience
from pbx.services import Services

FOR_EVER = 60.0  # seconds; the client's own patience is twice that


@pytest.mark.parametrize("query", ["", "?connect_timeout=2"])
def test_a_server_that_accepts_and_says_nothing_is_given_up_soon(query: str) -> None:
    caught: list[BaseException] = []

    def connect(database: Database) -> None:
        try:
            with database.session() as session:
                session.exec(text("SELECT 1"))  # type: ignore[call-overload] # it takes any statement
        except OperationalError as error:
            caught.append(error)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/x{query}"
        asking = threading.Thread(target=connect, args=(Database(url),), daemon=True)
        asking.start()
        asking.join(FOR_EVER)
    assert not asking.is_alive()
    assert "timeout" in str(caught[0])


def test_a_unit_of_work_that_may_be_left_is_given_up_soon_and_the_next_one_waits_as_ever(
    quiet: Services,
) -> None:
    def busy_timeout(patience: Patience = USUAL) -> int:
        with quiet.database.session(patience) as session:
            return int(session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    assert [busy_timeout(), busy_timeout(BRIEF), busy_timeout()] == [USUAL.lock, BRIEF.lock, USUAL.lock]
