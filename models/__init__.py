"""The tables, one file each, and how to reach them. All tables are known once this package is imported.

- The database: database.py, postgresql.py, schema.py for its version and oldest_program.py for who may use it, failure.py and
  errors.py for what goes wrong, backup.py and transfer.py for all of it at once, put_back.py for what is held when an older
  state comes back, pruning.py for old rows, patience.py for how long one waits, migration_locks.py for how migrations
  do, table_rights.py and write_probe.py for whether it may be used and written, heartbeat.py for who works on one,
  process_names.py for which process that is, lease_step.py for steps that one process alone may do.
- Columns: types.py, encryption.py and sealed_column.py, fields.py for an extension's, with field_rules.py for what may be
  typed for them,
  adopted_options.py for what an adopted phone had besides, nat_fields.py, transport_fields.py, number.py, extension_range.py,
  and actor.py for who did it. words.py tells of many things in a few words.
"""

from models import (
    alert_route,
    api_token,
    audit,
    bookmark,
    csv_import,
    direct_alerts_off,
    employee,
    event,
    extension,
    hr_delivery,
    idempotency,
    inbox,
    inbox_answer,
    incident,
    installation,
    lease,
    listening,
    listening_gap,
    lock_out,
    login_link,
    nat,
    oldest_program,
    open_home,
    outbox,
    password_handover,
    phone,
    report_schedule,
    slack_request,
    status_connection,
    step_execution,
    step_mode,
    transport,
    voicemail_message,
    web_session,
)
