"""Asks Asterisk whether a verified extension also has what it needs besides its own values."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from models import transport
from models.extension import Extension, State
from models.fields import DEFAULT_CONTEXT
from pbx import loaded_modules, pjsip, voicemail
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import objects, reader
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import AsteriskUnavailable, ConfigFileError
from pbx.publishing import running_conflicts
from pbx.services import Services

TIMEOUT_SECONDS = 2.0
# codec → the modules that translate it, of which one will do; what every Asterisk has is left out.
MODULES = {
    "opus": ("codec_opus", "codec_opus_open_source"),
    "g729": ("codec_g729", "codec_g729a"),
    "gsm": ("codec_gsm",),
    "ilbc": ("codec_ilbc",),
}
WEBSOCKET_MODULES = ("res_http_websocket", "res_pjsip_transport_websocket")
HTTP_CONF = (
    'enabled=yes, tlsenable=yes, tlsbindaddr=0.0.0.0:8089, tlscertfile=…, then: asterisk -rx "core reload"'
)


def warnings(services: Services, row: Extension | None) -> tuple[str, ...]:
    """Return a sentence each; none for what Asterisk does not have, and none where it cannot be asked."""
    if row is None or row.state is not State.LIVE or not row.enabled:
        return ()
    try:
        on_disk = reader.read(services.settings)
        if not _is_worth_asking(row, on_disk):
            return ()
        with connected(services.settings, timeout=TIMEOUT_SECONDS) as asterisk:
            return tuple(_warnings(asterisk, row, on_disk, services.settings.ami_host, _bind(services, row)))
    except (AsteriskUnavailable, ConfigFileError):
        return ()


def _bind(services: Services, row: Extension) -> str:
    with services.database.session() as session:
        return transport.binds(session).get(row.transport, services.settings.sip_bind)


def hand_written_left(services: Services, number: str) -> tuple[str, ...]:
    """Return where the administrator still has a number that was deleted."""
    try:
        places = reader.read(services.settings).admin.endpoints(number)
    except ConfigFileError:
        return ()
    return (
        (f"{joined(places)} still has [{number}], and that phone gets in: take it out there",)
        if places
        else ()
    )


def _is_worth_asking(row: Extension, on_disk: ConfigOnDisk) -> bool:
    """Return whether it has anything special: an ordinary extension costs no connection."""
    has_transport = row.transport in on_disk.admin.transports
    is_plain = row.transport != "wss" and has_transport and not MODULES.keys() & set(row.codecs)
    return not (is_plain and row.context == DEFAULT_CONTEXT) or row.voicemail_enabled


def _warnings(
    asterisk: Client, row: Extension, on_disk: ConfigOnDisk, ami_host: str, bind: str
) -> Iterator[str]:
    """`bind`: where a transport of Switchhook's own is to listen."""
    if row.transport not in on_disk.admin.transports and row.transport != "wss":
        yield from _transport(asterisk, row, bind)
    if row.transport == "wss":
        yield from web_phones(asterisk, ami_host)
    if row.voicemail_enabled:
        yield from _mailbox(asterisk, row, on_disk)
    yield from context(asterisk, row, on_disk)
    for codec in row.codecs:
        names = MODULES.get(codec, ())
        if names and loaded_modules.missing(asterisk, names) == list(names):
            yield (
                f"this Asterisk cannot translate {codec} (no {' or '.join(names)}): with it {row.number} reaches only "
                f"what speaks {codec}, too; have the module loaded, or /ext set {row.number} codecs=ulaw,alaw,g722"
            )


def _transport(asterisk: Client, row: Extension, wanted: str) -> Iterator[str]:
    """Warn of an address that is another by now: a reload makes Asterisk add transports, and move none."""
    shown = asterisk.ask_all([pjsip.show_action(row.number)])[0]
    bind = next((event["Bind"] for event in shown if event.get("Event") == "TransportDetail"), wanted)
    if bind != wanted:
        yield (
            f"Asterisk listens for {row.transport} at {bind}, and takes {wanted} only when it starts: "
            "systemctl restart asterisk"
        )


def _mailbox(asterisk: Client, row: Extension, on_disk: ConfigOnDisk) -> Iterator[str]:
    """Warn of a mailbox that Asterisk has lost, or would when it is started anew."""
    (answer,) = asterisk.ask_all([voicemail.show_action(voicemail.address(row.number, row.created_at))])
    conflict = None if voicemail.is_shown(answer) else running_conflicts.voicemail_conflict(asterisk)
    if conflict or not voicemail.is_shown(answer):
        reason = conflict or on_disk.voicemail_obstacle
        reload = f'Asterisk does not show the mailbox: asterisk -rx "module reload {voicemail.MODULE}.so"'
        yield f"callers of {row.number} cannot leave a message: {reason or reload}"
    elif on_disk.voicemail_obstacle:
        yield f"its mailbox stays as it is: {on_disk.voicemail_obstacle}"


def web_phones(asterisk: Client, host: str) -> Iterator[str]:
    """Warn of what browsers lack: their phones come through Asterisk's HTTP server, and by TLS alone."""
    if missing := loaded_modules.missing(asterisk, WEBSOCKET_MODULES):
        loads = " and ".join(f'asterisk -rx "module load {module}.so"' for module in missing)
        yield f"Asterisk has not loaded what phones in browsers (wss) need, {', '.join(missing)}: {loads}"
    plain, tls = _http_addresses(asterisk)
    if not plain and not tls:
        yield (
            "Asterisk's HTTP server is off, and phones in browsers (wss) come through it: in http.conf, "
            f"{HTTP_CONF}"
        )
    elif not any(_answers(address, host) for address in (plain, tls) if address):
        yield (
            f"nothing answers at {tls or plain}, where http.conf has Asterisk's HTTP server, and phones in browsers (wss) "
            'come through it: asterisk -rx "http show status" says more, and a core reload may start it'
        )
    elif not tls:
        yield (
            "Asterisk's HTTP server is without TLS, which browsers ask for (wss); unless a proxy in front of it has "
            f"the certificate: in http.conf, {HTTP_CONF}"
        )


def _http_addresses(asterisk: Client) -> tuple[str, str]:
    """Return where http.conf has the server without TLS and with it, as `address:port`; empty: nowhere."""
    answer = asterisk.ask_all([{"Action": "GetConfig", "Filename": "http.conf"}])[0][0]
    lines = (value.partition("=") for name, value in answer.items() if name.startswith("Line-"))
    options = {name.strip(): value.strip() for name, _, value in lines}
    address = options.get("bindaddr", "0.0.0.0")  # noqa: S104 # Asterisk's default, read and not bound
    plain = f"{address}:{options.get('bindport', '8088')}" if objects.is_true(options.get("enabled")) else ""
    tls = options.get("tlsbindaddr", f"{address}:8089") if objects.is_true(options.get("tlsenable")) else ""
    return plain, tls if ":" in tls or not tls else f"{tls}:8089"


def _answers(where: str, host: str) -> bool:
    address, _, port = where.rpartition(":")
    try:
        target = host if address in ("0.0.0.0", "[::]", "") else address  # noqa: S104 # any: as AMI is reached
        with socket.create_connection((target, int(port)), timeout=TIMEOUT_SECONDS):
            return True
    except (OSError, ValueError, OverflowError):
        return False


def context(asterisk: Client, row: Extension, on_disk: ConfigOnDisk) -> Iterator[str]:
    """Warn of a context that the running dialplan has nothing in but Switchhook's own numbers."""
    if row.context == DEFAULT_CONTEXT or _has_steps(asterisk, row.context, on_disk):
        return
    if not on_disk.admin.dialplan.has_context(row.context):
        yield (
            f"your dialplan has no context {row.context}: {row.number} can call only Switchhook's own numbers there; "
            f'add [{row.context}] to extensions.conf and type asterisk -rx "dialplan reload", or '
            f"/ext set {row.number} context={DEFAULT_CONTEXT}"
        )
    elif on_disk.admin.dialplan.has_content(row.context):
        yield (
            f"Asterisk has not loaded what extensions.conf has in [{row.context}]: until then {row.number} can call only "
            'Switchhook\'s own numbers there; asterisk -rx "dialplan reload"'
        )


def _has_steps(asterisk: Client, context: str, on_disk: ConfigOnDisk) -> bool:
    """Return whether the running dialplan has more in this context than Switchhook's block: from AEL, Lua and the like."""
    ours = on_disk.blocks.extens
    events = asterisk.ask_all([{"Action": "ShowDialPlan", "Context": context}])[0][1:]
    return any((context, event.get("Extension", "")) not in ours for event in events)
