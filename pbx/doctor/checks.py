"""The table of checks of the phone system itself, in the order of causes: what makes others fail comes first."""

from __future__ import annotations

from pbx.doctor import asterisk_checks, file_checks
from pbx.doctor.findings import Check
from pbx.services import Services

CHECKS: tuple[Check[Services], ...] = (
    Check("ami", "Asterisk's manager interface lets Switchhook in and answers", asterisk_checks.ami),
    Check(
        "files",
        "Switchhook can read and replace its two files, and Asterisk reads them",
        file_checks.files,
    ),
)
