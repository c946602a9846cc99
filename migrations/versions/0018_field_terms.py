"""Tables, columns and stored words have the field's terms. Rows stay as they are.

A downgrade closes the open messages of alerts: the program before cannot edit what this one wrote. What happens next is
a message of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = {"delivery": "outbox_message", "trouble": "incident"}
# By the name that the table has afterwards.
COLUMNS = {
    "audit_entry": {"by": "actor", "what": "action"},
    "employee": {"held": "extension_snapshot"},
    "event": {"away": "backfilled"},
    "extension": {
        "sealed_secret": "encrypted_secret",
        "accepted": "last_verified",
        "made_for": "employee_ref",
    },
    "hr_delivery": {"awaits": "pending_results"},
    "incident": {
        "told_at": "notified_at",
        "better_since": "recovering_since",
        "over": "resolved",
        "times": "occurrences",
    },
    "outbox_message": {"turn": "queue_position", "shown": "sent_digest"},
}
STAGES = {"told": "welcomed", "gone": "released"}
# Incidents are named for the jobs that fail.
JOBS = {
    "ask_hr": "look_up_employees",
    "free_numbers": "release_numbers",
    "reseal": "reencrypt",
    "settle": "report_quiet_phones",
    "watch": "report_incidents",
}
# In JSON: table, column, key before, key after.
KEYS = (
    ("extension", "last_verified", "sealed_secret", "encrypted_secret"),
    ("outbox_message", "content", "away", "backfilled"),
)


def upgrade() -> None:
    _drop_indexes("delivery", "made_for")
    for before, after in TABLES.items():
        _rename_table(before, after)
    for table, columns in COLUMNS.items():
        for before, after in columns.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN "{before}" TO "{after}"')
    for before, after in STAGES.items():
        op.execute(f"UPDATE employee SET stage = '{after}' WHERE stage = '{before}'")  # noqa: S608 (our own words)
    for table, column, before, after in KEYS:
        _rename_key(table, column, before, after)
    for before, after in JOBS.items():
        _rename_job(before, after)
    _create_indexes("outbox_message", "queue_position", "employee_ref")


def downgrade() -> None:
    _drop_indexes("outbox_message", "employee_ref")
    op.execute("UPDATE outbox_message SET open = false WHERE subject NOT LIKE 'hr-delivery:%'")
    for before, after in JOBS.items():
        _rename_job(after, before)
    for table, column, before, after in KEYS:
        _rename_key(table, column, after, before)
    for before, after in STAGES.items():
        op.execute(f"UPDATE employee SET stage = '{before}' WHERE stage = '{after}'")  # noqa: S608 (our own words)
    for table, columns in COLUMNS.items():
        for before, after in columns.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN "{after}" TO "{before}"')
    for before, after in TABLES.items():
        _rename_table(after, before)
    _create_indexes("delivery", "turn", "made_for")


def _rename_table(before: str, after: str) -> None:
    """SQLite renames what belongs to a table with it."""
    op.rename_table(before, after)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {before}_pkey RENAME TO {after}_pkey")
        op.execute(f"ALTER SEQUENCE IF EXISTS {before}_id_seq RENAME TO {after}_id_seq")


def _rename_key(table: str, column: str, before: str, after: str) -> None:
    """A colon after the quote is found behind keys alone: quotes within a text are escaped."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    text = f"CAST({column} AS TEXT)"
    value = f"replace({text}, '\"{before}\":', '\"{after}\":')"
    value = f"CAST({value} AS JSON)" if is_postgresql else value
    op.execute(f"UPDATE {table} SET {column} = {value} WHERE {text} LIKE '%\"{before}\":%'")  # noqa: S608 (our own words)


def _rename_job(before: str, after: str) -> None:
    """Rename it in incidents, and in the messages about them."""
    incident = sa.table("incident", sa.column("subject", sa.String))
    outbox = sa.table("outbox_message", *map(sa.column, ("id", "subject")), sa.column("content", sa.JSON))
    old, new = f"job:{before}", f"job:{after}"
    op.execute(incident.update().where(incident.c.subject == old).values(subject=new))
    messages = sa.select(outbox.c.id, outbox.c.content).where(outbox.c.subject == f"trouble:{old}")
    for row_id, content in op.get_bind().execute(messages).all():
        values = {"subject": f"trouble:{new}", "content": content | {"subject": new}}
        op.execute(outbox.update().where(outbox.c.id == row_id).values(values))


def _drop_indexes(outbox: str, reference: str) -> None:
    for index in (f"ix_{outbox}_due", f"ix_{outbox}_open"):
        op.drop_index(index, outbox)
    op.drop_index(f"ix_extension_{reference}", "extension")


def _create_indexes(outbox: str, position: str, reference: str) -> None:
    for flag, columns in {
        "due": ["channel", "priority", position, "id"],
        "open": ["subject", "channel"],
    }.items():
        op.create_index(
            f"ix_{outbox}_{flag}",
            outbox,
            columns,
            sqlite_where=sa.text(f"{flag} = 1"),
            postgresql_where=sa.text(flag),
        )
    op.create_index(f"ix_extension_{reference}", "extension", [reference], unique=True)
