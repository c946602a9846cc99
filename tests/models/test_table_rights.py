"""Tables of PostgreSQL that another user has migrated."""

from __future__ import annotations

import pytest
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import text

from models import failure, schema
from models.database import Database
from models.errors import DatabaseUnfit
from tests.models.migrating import copy_of


def test_tables_that_were_not_granted_are_named_with_the_grant(migrated_postgresql: str) -> None:
    url = sqlalchemy.make_url(copy_of(migrated_postgresql))
    owner = Database(url)
    with owner.engine.begin() as connection:
        for statement in (
            "CREATE ROLE phones LOGIN PASSWORD 'hush'",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO phones",
            "REVOKE ALL ON inbox_request, inbox_answer FROM phones",
        ):
            connection.exec_driver_sql(statement)
    ours = Database(url.set(username="phones", password="hush"))
    said = schema.problem(ours.engine) or ""
    assert said.startswith("the database's user phones may not use inbox_answer, inbox_request: ")
    assert "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO phones;" in said
    with pytest.raises(DatabaseUnfit, match="may not use inbox_answer"), ours.session() as session:
        session.connection().execute(text("SELECT * FROM inbox_request"))
    assert "may not change the table lease" in refused(ours, "ALTER TABLE lease ADD COLUMN x integer")
    assert "GRANT ALL ON SEQUENCE event_id_seq" in refused(ours, "SELECT nextval('event_id_seq')")
    with owner.engine.begin() as connection:
        connection.exec_driver_sql("GRANT SELECT ON inbox_request, inbox_answer TO phones")
    assert schema.problem(ours.engine) is None
    with owner.engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY phones; DROP ROLE phones")
    ours.close()
    owner.close()


def refused(database: Database, statement: str) -> str:
    with pytest.raises(SQLAlchemyError) as raised, database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    return failure.describe(raised.value)
