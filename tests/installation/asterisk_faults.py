"""Faults of Asterisk's manager interface, its files and its modules."""

from __future__ import annotations

from tests.installation.fault import Fault, both, edited, flask, setting, typed

RELOAD_MANAGER = 'asterisk -rx "manager reload"'
RELOAD_PJSIP = 'asterisk -rx "module reload res_pjsip.so"'
USER = "manager.d/switchhook.conf"
RIGHTS = "read = system,call,security\nwrite = system,config,reporting\n"
PJSIP_INCLUDE, DIALPLAN_INCLUDE = "#include switchhook/pjsip.conf\n", "#include switchhook/extensions.conf\n"
BLOCK, DIALPLAN_BLOCK = "switchhook/pjsip.conf", "switchhook/extensions.conf"
END = "; <<< Switchhook ends here.\n"
DUPLICATE = "[gate]\ntype=endpoint\ncontext=from-internal\n\n"
HAND_WRITTEN = "[hand-written](!)\n"


def _edited_file(name: str, path: str, before: str, after: str, remedy: str) -> Fault:
    """A file edited so that nothing is published; undone as the remedy says."""
    return Fault(name, "files", edited(path, before, after), remedy, edited(path, after, before))


MANAGER = (
    Fault(
        "the manager interface's secret is another one",
        "ami",
        setting("AMI_SECRET", "another"),
        "AMI_SECRET must match",
        setting("AMI_SECRET", "{AMI_SECRET}"),
    ),
    Fault(
        "the manager interface is off",
        "ami",
        both(edited("manager.conf", "enabled = yes", "enabled = no"), typed(RELOAD_MANAGER)),
        "enabled=yes in manager.conf",
        both(edited("manager.conf", "enabled = no", "enabled = yes"), typed(RELOAD_MANAGER)),
    ),
    Fault(
        "Asterisk is stopped",
        "ami",
        lambda installation: installation.asterisk.kill(),
        "is Asterisk running",
        lambda installation: installation.restart_asterisk(),
    ),
)
FILES = (
    _edited_file(
        "pjsip.conf does not include the phones",
        "pjsip.conf",
        PJSIP_INCLUDE,
        f"; {PJSIP_INCLUDE}",
        "add the line #include switchhook/pjsip.conf",
    ),
    _edited_file(
        "extensions.conf does not include the dialplan",
        "extensions.conf",
        DIALPLAN_INCLUDE,
        f"; {DIALPLAN_INCLUDE}",
        "add the line #include switchhook/extensions.conf",
    ),
    _edited_file(
        "pjsip.conf includes the phones twice",
        "pjsip.conf",
        PJSIP_INCLUDE,
        PJSIP_INCLUDE * 2,
        "take one of them out",
    ),
    _edited_file(
        "pjsip.conf includes a file that is not there",
        "pjsip.conf",
        PJSIP_INCLUDE,
        f"#include sales.conf\n{PJSIP_INCLUDE}",
        "take the line out, or write #tryinclude there",
    ),
    _edited_file(
        "a comment above the phones is never closed",
        "pjsip.conf",
        HAND_WRITTEN,
        f";-- old phones\n{HAND_WRITTEN}",
        "close it with --;",
    ),
    _edited_file("a mark is damaged", BLOCK, END, END.removeprefix("; "), "restore them"),
    _edited_file(
        "a line of somebody's stands in the block", BLOCK, END, f"{DUPLICATE}{END}", "move these lines"
    ),
    _edited_file(
        "an endpoint stands twice",
        "pjsip.conf",
        HAND_WRITTEN,
        f"{DUPLICATE * 2}{HAND_WRITTEN}",
        "take one of them out",
    ),
)
NAT = (
    Fault(
        "the external address is a private one",
        "nat",
        flask("ext", "nat", "set", "--media=10.0.0.1", "--local=192.168.1.0/24"),
        "/ext nat set media=… with the address that your router has",
        flask("ext", "nat", "clear"),
    ),
)
