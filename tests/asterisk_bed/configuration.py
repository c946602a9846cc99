"""The files of an administrator's Asterisk, as the bed writes them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .install import Installation
from .ports import Ports
from .prompts import write_data

MAX_SOCKET_PATH_LENGTH = 107  # bytes, of a unix socket's 108; the last is a NUL

# Only what phones, calls, hints and queues need: Asterisk then starts in a second.
MODULES = """\
res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_crypto res_musiconhold
res_http_websocket res_pjproject res_rtp_asterisk res_srtp res_geolocation res_statsd
res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_pubsub
res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest
res_pjsip_endpoint_identifier_user res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_anonymous
res_pjsip_registrar res_pjsip_outbound_registration res_pjsip_outbound_publish
res_pjsip_acl res_pjsip_caller_id res_pjsip_diversion res_pjsip_dtmf_info res_pjsip_empty_info
res_pjsip_exten_state res_pjsip_dialog_info_body_generator res_pjsip_pidf_body_generator
res_pjsip_xpidf_body_generator res_pjsip_pidf_digium_body_supplement res_pjsip_pidf_eyebeam_body_supplement
res_pjsip_mwi res_pjsip_mwi_body_generator res_pjsip_header_funcs res_pjsip_logger res_pjsip_messaging
res_pjsip_nat res_pjsip_notify res_pjsip_path res_pjsip_refer res_pjsip_rfc3326 res_pjsip_sips_contact
res_pjsip_transport_websocket res_pjsip_config_wizard res_manager_devicestate chan_pjsip
bridge_builtin_features bridge_builtin_interval_features bridge_holding bridge_native_rtp bridge_simple
bridge_softmix codec_a_mu codec_alaw codec_g722 codec_gsm codec_resample codec_ulaw
format_gsm format_pcm format_sln format_wav func_callerid func_channel func_db func_devstate func_extstate
func_hangupcause func_logic func_strings func_timeout
app_dial app_echo app_playback app_playtones app_queue app_stack app_verbose app_voicemail pbx_config
"""

# Each spares a warning about a missing file; Asterisk's defaults serve.
EMPTY_FILES = """\
acl ccss cdr cel cli codecs dnsmgr dsp enum features geolocation http musiconhold pjproject pjsip_notify
pjsip_wizard queuerules queues statsd udptl
"""

PJSIP_CONF = """\
; Our phone system. Ask Jane before you change anything here!

[global]
type=global
user_agent=Office PBX

[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:@SIP_PORT@

[transport-tcp]
type=transport
protocol=tcp
bind=127.0.0.1:@SIP_PORT@
"""

EXTENSIONS_CONF = """\
[general]
static=yes
writeprotect=no

[globals]
OFFICE=Main street

; The door opener, wired in 2014
[door]
exten => *55,1,Answer()
 same => n,Playtones(1000/500)
 same => n,Wait(1)
 same => n,Hangup()
"""

VOICEMAIL_CONF = """\
[general]
format=wav
emailsubject=A message for ${VM_NAME}

[default]
100 => 1111,Reception,reception@example.com
"""

ASTERISK_CONF = """\
[directories]
astcachedir => {folder}/cache
astetcdir => {folder}/etc
astmoddir => {modules}
astvarlibdir => {folder}/lib
astdbdir => {folder}/lib
astkeydir => {folder}/lib
astdatadir => {folder}/data
astagidir => {folder}/lib/agi-bin
astspooldir => {folder}/spool
astrundir => {run}
astlogdir => {folder}/log
astsbindir => {folder}

[options]
verbose = 3
documentation_language = en_US
"""

LOGGER_CONF = """\
[general]
dateformat=%F %T.%3q

[logfiles]
messages => notice,warning,error,verbose(3)
"""

MANAGER_CONF = """\
[general]
enabled = yes
bindaddr = 127.0.0.1
port = {ports.ami}
webenabled = no
{tls}
[{username}]
secret = {secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,security
write = system,config,reporting,user
writetimeout = 5000
"""

MANAGER_TLS = """\
tlsenable = yes
tlsbindaddr = 127.0.0.1:{ports.ami_tls}
tlscertfile = {folder}/etc/ami.pem
tlsprivatekey = {folder}/etc/ami.key
"""

INDICATIONS_CONF = """\
[general]
country=us

[us]
description=United States
ringcadence=2000,4000
dial=350+440
busy=480+620/500,0/500
ring=440+480/2000,0/4000
congestion=480+620/250,0/250
"""

RTP_CONF = """\
[general]
rtpstart={ports.rtp}
rtpend={ports.rtp_end}
"""


@dataclass(frozen=True)
class Settings:
    """What differs from one bed to the next.

    `folder` is the bed's, `run` holds the control socket. `files` has more files, by name, or takes the place of those of
    that name.
    """

    installation: Installation
    folder: Path
    run: Path
    ports: Ports
    username: str
    secret: str
    tls_ami: bool
    pjsip_conf: str
    extensions_conf: str
    files: Mapping[str, str] = field(default_factory=dict)


def write_configuration(settings: Settings) -> None:
    """Write every file Asterisk reads into `folder`/etc, and nothing else; make the folders it writes to."""
    for name in ("etc", "log", "lib", "spool", "cache", "lib/agi-bin", "lib/keys"):
        (settings.folder / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(settings.folder / "spool/voicemail", ignore_errors=True)
    write_data(settings.installation, settings.folder / "data")
    folder, files = settings.folder / "etc", _files(settings)
    for link in filter(Path.is_symlink, folder.iterdir()):
        link.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for other in set(folder.iterdir()) - {folder / Path(name).parts[0] for name in files}:
        shutil.rmtree(other) if other.is_dir() else other.unlink()


def make_run_folder(folder: Path) -> Path:
    """Where the control socket goes; its path must fit into a unix socket's address."""
    run = folder / "run"
    if len(bytes(run / "asterisk.ctl")) > MAX_SOCKET_PATH_LENGTH:
        run = Path(tempfile.mkdtemp(prefix="bed-"))
    run.mkdir(parents=True, exist_ok=True)
    return run


def _files(settings: Settings) -> dict[str, str]:
    """Return name → text; "@SIP_PORT@", "@AMI_PORT@" and "@AMI_SECRET@" stand for the bed's in those that were given."""
    ports = {"@SIP_PORT@": str(settings.ports.sip), "@AMI_PORT@": str(settings.ports.ami)}
    return _own_files(settings) | {
        name: _replaced(text, ports | {"@AMI_SECRET@": settings.secret})
        for name, text in settings.files.items()
    }


def _replaced(text: str, values: Mapping[str, str]) -> str:
    for word, value in values.items():
        text = text.replace(word, value)
    return text


def _own_files(settings: Settings) -> dict[str, str]:
    return {
        "asterisk.conf": _asterisk_conf(settings),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in MODULES.split()),
        "logger.conf": LOGGER_CONF,
        "manager.conf": _manager_conf(settings),
        "rtp.conf": RTP_CONF.format(ports=settings.ports),
        "pjsip.conf": settings.pjsip_conf.replace("@SIP_PORT@", str(settings.ports.sip)),
        "extensions.conf": settings.extensions_conf.replace("@SIP_PORT@", str(settings.ports.sip)),
        "indications.conf": INDICATIONS_CONF,
        "voicemail.conf": VOICEMAIL_CONF,
        **{f"{name}.conf": "" for name in EMPTY_FILES.split()},
    }


def _asterisk_conf(settings: Settings) -> str:
    installation = settings.installation
    return ASTERISK_CONF.format(folder=settings.folder, run=settings.run, modules=installation.modules)


def _manager_conf(settings: Settings) -> str:
    tls = MANAGER_TLS.format(ports=settings.ports, folder=settings.folder) if settings.tls_ami else ""
    return MANAGER_CONF.format(
        ports=settings.ports, username=settings.username, secret=settings.secret, tls=tls
    )
