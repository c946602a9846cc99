"""The tables that the program's PostgreSQL user may not use: another user has migrated them, and granted nothing."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from models.words import some

REFUSED = text(
    "SELECT quote_ident(current_user), quote_ident(current_schema()), array_agg(name ORDER BY name) "
    "FROM unnest(CAST(:names AS text[])) AS name "
    "WHERE NOT has_table_privilege(to_regclass(quote_ident(name)), 'SELECT') GROUP BY 1, 2"
)


def problem(connection: Connection) -> str | None:
    """Return which tables may not be read, and what the database's administrator is to type; None: all may be.

    One without SELECT has been granted nothing. Who may read and not write reads why when something is written.
    """
    if connection.dialect.name != "postgresql":
        return None
    found = connection.execute(REFUSED, {"names": list(SQLModel.metadata.tables)}).one_or_none()
    if not found:
        return None
    user, schema, names = found
    return (
        f"the database's user {user} may not use {some(names)}: as the owner of the tables, in psql, "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {user}; "
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {user}; and the same after each upgrade"
    )
