"""Files and folders that the user of the service may not use any more."""

from __future__ import annotations

from tests.installation.fault import Fault, as_root, typed


def _forbidden(what: str, check: str, path: str, mode: str, remedy: str) -> Fault:
    return Fault(what, check, typed(f"chmod {mode} {path}"), remedy, as_root)


PERMISSIONS = (
    Fault(
        "Switchhook may not read .env",
        "env-file",
        typed("chmod 000 {env}"),
        "; chmod 640 {env}",
        typed("chmod 640 {env}"),
    ),
    _forbidden("Switchhook may not read pjsip.conf", "files", "{etc}/pjsip.conf", "000", "as root, chmod "),
    _forbidden(
        "Switchhook may not read what may have phones",
        "files",
        "{etc}/pjsip_wizard.conf",
        "000",
        "as root, chmod ",
    ),
    _forbidden(
        "Switchhook may not write to its folder",
        "writable",
        "{etc}/switchhook",
        "500",
        "as root, chmod u+rwx ",
    ),
    _forbidden(
        "Switchhook may not write to its database",
        "database",
        "{db}",
        "400",
        "as root, chown ",
    ),
)
