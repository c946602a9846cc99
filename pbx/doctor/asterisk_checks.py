"""Checks of the running Asterisk, asked over its manager interface."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlmodel import col, select

from models.extension import Extension
from pbx import advice, hints, loaded_modules
from pbx.ami import connected
from pbx.doctor.findings import Finding, NothingToCheck
from pbx.doctor.manager_checks import RELOAD
from pbx.errors import ASTERISK_LOG, AsteriskUnavailable
from pbx.services import Services
from settings import Settings
from version import OLDEST_ASTERISK

TIMEOUT_SECONDS = 3.0  # of one answer
# module → what is not without it; those that lamps need are in pbx/hint_states.py
MODULES = {
    "res_sorcery_config": "Asterisk does not read pjsip.conf",
    "res_sorcery_astdb": "registrations are lost at a restart",
    "res_pjsip": "there is no SIP at all",
    "res_pjsip_session": "no call is made",
    "chan_pjsip": "no call is made",
    "res_pjsip_registrar": "no phone registers",
    "res_pjsip_authenticator_digest": "no phone's password is asked for, and none gets in",
    "res_pjsip_endpoint_identifier_user": "no phone is known by its number, and none gets in",
    "res_pjsip_sdp_rtp": "calls have no voice",
    "res_rtp_asterisk": "calls have no voice",
    "pbx_config": "Asterisk does not read extensions.conf",
    "app_dial": "no phone rings",
}


def ami(services: Services) -> Iterator[Finding]:
    """Find why no action gets an answer, if that is so."""
    try:
        with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
            asterisk.ping()
    except AsteriskUnavailable as error:
        yield Finding.explained(
            "ami",
            f"{error}{_more(str(error), services.settings.ami_username)}",
            "without Asterisk's manager interface no change goes live, and nothing is known of phones and calls",
        )


def _more(error: str, username: str) -> str:
    """Return what to type besides what pbx/ami.py says of an error."""
    if "does not answer" in error:
        return (
            ' systemctl start asterisk starts it; if it runs, asterisk -rx "manager show settings" says whether the interface '
            "is on, and at which address and port, which AMI_HOST and AMI_PORT have to name"
        )
    if "refused the login" in error:
        return (
            f'; asterisk -rx "manager show user {username}" shows whether there is such a user and from which addresses it '
            f"may log in; after a change of manager.conf, {RELOAD}"
        )
    return ""


def version(services: Services) -> Iterator[Finding]:
    """Find an Asterisk that is older than what Switchhook is made for."""
    with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
        shown = asterisk.ask(Action="CoreSettings")[0].get("AsteriskVersion", "")
    number = re.match(r"(?:certified[-/])?(\d+)\.", shown)
    if number and int(number[1]) < OLDEST_ASTERISK:
        yield Finding(
            "version",
            f"this Asterisk is version {shown}",
            f"Switchhook is made for {OLDEST_ASTERISK} and newer: older ones lack options that it writes, and refuse the phones",
            f"upgrade Asterisk to {OLDEST_ASTERISK} or newer",
        )


def modules(services: Services) -> Iterator[Finding]:
    """Find modules that Asterisk has not loaded and phones cannot do without."""
    missing = missing_modules(services.settings)
    if missing:
        loads = "; ".join(f'asterisk -rx "module load {each}.so"' for each in missing)
        yield Finding(
            "modules",
            f"Asterisk has not loaded {', '.join(missing)}",
            "; ".join(dict.fromkeys(f"without it, {MODULES[each]}" for each in missing)),
            f"{loads}; and see that modules.conf loads it at the start: autoload=yes, and no noload={missing[0]}.so",
            fix="load-modules",
        )
    elif not _has_sip(services.settings):
        yield Finding(
            "modules",
            "res_pjsip is there, but it declined to load, and with it all that needs it",
            MODULES["res_pjsip"],
            f"as root, grep -B 9 'res_pjsip declined to load' in Asterisk's log, usually {ASTERISK_LOG}, shows "
            "what it could not do, such as apply a line of sorcery.conf or open a transport; mend that, then systemctl "
            "restart asterisk",
        )


def _has_sip(settings: Settings) -> bool:
    """Return whether res_pjsip runs: ModuleCheck says yes of one that declined to load, too, which has no actions."""
    with connected(settings, timeout=TIMEOUT_SECONDS) as asterisk:
        answer = asterisk.ask_all([{"Action": "PJSIPShowEndpoint", "Endpoint": "switchhook"}])[0][0]
    return "unknown command" not in answer.get("Message", "")


def missing_modules(settings: Settings) -> list[str]:
    """Return those of MODULES that are not loaded. Raises AsteriskUnavailable."""
    with connected(settings, timeout=TIMEOUT_SECONDS) as asterisk:
        return loaded_modules.missing(asterisk, MODULES)


def lamps(services: Services) -> Iterator[Finding]:
    """Find modules that busy lamps need and Asterisk has not loaded."""
    with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
        missing = [module for module in hints.missing_modules(asterisk) if module.is_for_lamps]
    for module in missing:
        seen, _, remedy = module.warning.partition("; ")
        yield Finding(
            "lamps", seen, "busy lamps (BLF) and presence stay dark on the phones that need it", remedy
        )


def web_phones(services: Services) -> Iterator[Finding]:
    """Find what keeps browsers' phones out, if there are any."""
    with services.database.session() as session:
        any_wss = col(Extension.transport) == "wss", col(Extension.enabled)
        if session.exec(select(Extension).where(*any_wss)).first() is None:
            raise NothingToCheck("no extension has transport=wss")
    with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
        for warning in advice.web_phones(asterisk, services.settings.ami_host):
            yield Finding.explained("web-phones", warning, "extensions with transport=wss cannot register")


def registrations(services: Services) -> Iterator[Finding]:
    """Find that Asterisk cannot keep where its phones are: it writes that to its own database, AstDB."""
    key = {"Family": "switchhook", "Key": "doctor"}
    with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
        put = asterisk.ask_all([{"Action": "DBPut", "Val": "1", **key}])[0][0]
        asterisk.ask_all([{"Action": "DBDel", **key}])
    if put.get("Response") == "Error":
        yield Finding(
            "registrations",
            f"Asterisk cannot write to its database AstDB ({put.get('Message')})",
            "phones cannot register, or are forgotten when Asterisk is started anew",
            "as root, see that the disk is not full, that no other program keeps it locked, and that astdb.sqlite3 and its folder, usually /var/lib/asterisk, belong "
            "to the user of Asterisk: chown asterisk:asterisk /var/lib/asterisk /var/lib/asterisk/astdb.sqlite3",
        )
