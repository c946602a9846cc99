"""The table of checks of the phone system itself, in the order of causes: what makes others fail comes first."""

from __future__ import annotations

from pbx.doctor import asterisk_checks, database_checks, file_checks
from pbx.doctor.findings import Check
from pbx.services import Services

CHECKS: tuple[Check[Services], ...] = (
    Check(
        "database",
        "the database answers, can be written, and has the tables of this version",
        database_checks.database,
        limit=15.0,
    ),
    Check(
        "secret-key",
        "SECRET_KEY opens the phones' secrets",
        database_checks.secret_key,
        needs=("database",),
    ),
    Check("ami", "Asterisk's manager interface lets Switchhook in and answers", asterisk_checks.ami),
    Check(
        "files",
        "Switchhook can read and replace its two files, and Asterisk reads them",
        file_checks.files,
    ),
    Check(
        "identity",
        "the phones in Asterisk's files are those of this database",
        database_checks.identity,
        needs=("database", "files"),
    ),
    Check(
        "waiting",
        "no extension waits to go live",
        database_checks.waiting,
        needs=("database", "secret-key", "ami", "files", "identity"),
    ),
)
