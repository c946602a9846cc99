"""Faults of Asterisk's manager interface, its files and its modules."""

from __future__ import annotations

from tests.installation.fault import Fault, both, console, edited, flask, setting, typed

RELOAD_MANAGER = 'asterisk -rx "manager reload"'
RELOAD_PJSIP = 'asterisk -rx "module reload res_pjsip.so"'
USER = "manager.d/switchhook.conf"
RIGHTS = "read = system,call,security\nwrite = system,config,reporting,user\n"
PJSIP_INCLUDE, DIALPLAN_INCLUDE = "#include switchhook/pjsip.conf\n", "#include switchhook/extensions.conf\n"
BLOCK, DIALPLAN_BLOCK = "switchhook/pjsip.conf", "switchhook/extensions.conf"
END = "; <<< Switchhook ends here.\n"
DUPLICATE = "[gate]\ntype=endpoint\ncontext=from-internal\n\n"
HTTP = "bindaddr=127.0.0.1\n"
HTTPS = "enabled=yes\nbindport={free_port}\ntlsenable=yes\ntlsbindaddr=127.0.0.1:{other_port}\ntlscertfile={folder}/web.pem\ntlsprivatekey={folder}/web.key\n"
TCP = "protocol=tcp\nbind=127.0.0.1:"
EXTEN_STATE = "load=res_pjsip_exten_state.so\n"
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


def _manager_user(what: str, check: str, before: str, after: str, remedy: str) -> Fault:
    """The section of the manager user, changed and loaded; undone as the remedy says."""
    return Fault(
        what,
        check,
        both(edited(USER, before, after), typed(RELOAD_MANAGER)),
        remedy,
        both(edited(USER, after, before), typed(RELOAD_MANAGER)),
    )


def _without_module(module: str) -> Fault:
    load = f'asterisk -rx "module load {module}.so"'
    return Fault(
        f"{module} is not loaded", "modules", console(f"module unload {module}.so"), load, typed(load)
    )


RIGHTS_FAULTS = (
    _manager_user(
        "the manager user may not reload",
        "ami-rights",
        "write = system,config,reporting,user\n",
        "write = system,reporting,user\n",
        RELOAD_MANAGER,
    ),
    _manager_user(
        "the manager user does not hear of calls",
        "ami-events",
        "read = system,call,security\n",
        "read = system,security\n",
        RELOAD_MANAGER,
    ),
    _manager_user(
        "the manager user does not hear of failed logins",
        "ami-events",
        "read = system,call,security\n",
        "read = system,call\n",
        RELOAD_MANAGER,
    ),
    _manager_user(
        "a filter hides registrations",
        "ami-events",
        "writetimeout = 5000\n",
        "writetimeout = 5000\neventfilter = !Event: ContactStatus\n",
        RELOAD_MANAGER,
    ),
    _manager_user(
        "Asterisk hangs up on whoever reads slowly",
        "ami-writetimeout",
        "writetimeout = 5000\n",
        ";writetimeout = 5000\n",
        RELOAD_MANAGER,
    ),
)
MODULES = (
    _without_module("res_pjsip_registrar"),
    _without_module("app_dial"),
    _without_module("res_pjsip_authenticator_digest"),
)
PHONES = (
    Fault(
        "everybody may read the phones' secrets",
        "secrecy",
        typed(f"chmod 755 {{etc}}/switchhook && chmod 644 {{etc}}/{BLOCK}"),
        "chmod o-rwx {etc}/switchhook/pjsip.conf",
        typed(f"chmod o-rwx {{etc}}/{BLOCK}"),
    ),
    Fault(
        "ASTERISK_CONFIG_DIR is another folder than Asterisk's",
        "same-folder",
        both(
            typed("cp -a {etc} {folder}/copy && echo > {etc}/switchhook/pjsip.conf"),
            setting("ASTERISK_CONFIG_DIR", "{folder}/copy"),
        ),
        "set ASTERISK_CONFIG_DIR to it",
        both(
            typed("cp -a {folder}/copy/switchhook/pjsip.conf {etc}/switchhook/pjsip.conf"),
            setting("ASTERISK_CONFIG_DIR", "{ASTERISK_CONFIG_DIR}"),
        ),
    ),
    Fault(
        "sorcery.conf has phones come from realtime alone",
        "sorcery",
        edited("sorcery.conf", "; Nothing", "[res_pjsip]\nendpoint=realtime,ps_endpoints\n; Nothing"),
        "add the line endpoint=config,pjsip.conf,criteria=type=endpoint above it",
        edited(
            "sorcery.conf",
            "endpoint=realtime,ps_endpoints",
            "endpoint=config,pjsip.conf,criteria=type=endpoint",
        ),
    ),
    Fault(
        "a phone in a browser has no HTTP server to come through",
        "web-phones",
        flask("ext", "create", "104", "--name=Dave", "--transport=wss"),
        "in http.conf, enabled=yes, tlsenable=yes, tlsbindaddr=0.0.0.0:8089, tlscertfile=…, then: "
        'asterisk -rx "core reload"',
        both(edited("http.conf", HTTP, f"{HTTP}{HTTPS}"), typed('asterisk -rx "core reload"')),
    ),
)
RESTARTED = (
    Fault(
        "a transport was moved, and Asterisk not restarted",
        "transports",
        edited("pjsip.conf", TCP, f"{TCP}{{free_port}} ; before: "),
        "systemctl restart asterisk",
        lambda installation: installation.restart_asterisk(),
    ),
    Fault(
        "res_pjsip_exten_state is not loaded",
        "lamps",
        both(
            edited("modules.conf", EXTEN_STATE, f";{EXTEN_STATE}"),
            lambda installation: installation.restart_asterisk(),
        ),
        'asterisk -rx "module load res_pjsip_exten_state.so"',
        both(
            typed('asterisk -rx "module load res_pjsip_exten_state.so"'),
            edited("modules.conf", f";{EXTEN_STATE}", EXTEN_STATE),
        ),
    ),
)
