"""Alembic's entry: the database is the one that DATABASE_URL names."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401 (fills SQLModel.metadata)
import settings
from models.database import Database


def run() -> None:
    database = Database(settings.load().database_url.get_secret_value())
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    database.close()


run()
