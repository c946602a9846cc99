"""The table of checks of the phone system itself, in the order of causes: what makes others fail comes first."""

from __future__ import annotations

from pbx.doctor import (
    asterisk_checks,
    certificate_checks,
    database_checks,
    disk_checks,
    drift_checks,
    file_checks,
    manager_checks,
    nat_checks,
    transport_checks,
    trunk_checks,
    voicemail_checks,
)
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
    Check("disk", "the disks have room", disk_checks.disk),
    Check("ami", "Asterisk's manager interface lets Switchhook in and answers", asterisk_checks.ami),
    Check(
        "files",
        "Asterisk's files can be read, and include what Switchhook writes",
        file_checks.files,
    ),
    Check(
        "ami-rights",
        "the manager user may do what Switchhook does",
        manager_checks.rights,
        needs=("ami",),
    ),
    Check(
        "ami-events",
        "Asterisk sends the events that Switchhook is to hear of",
        manager_checks.events,
        needs=("ami", "ami-rights"),
    ),
    Check(
        "ami-writetimeout",
        "Asterisk waits long enough to tell of many phones",
        manager_checks.write_timeout,
        needs=("ami", "ami-rights"),
    ),
    Check("ami-tls", "passwords do not go over a network in clear", manager_checks.in_clear),
    Check("version", "Asterisk is new enough", asterisk_checks.version, needs=("ami", "ami-rights")),
    Check(
        "modules",
        "Asterisk has loaded the modules that phones need",
        asterisk_checks.modules,
        needs=("ami", "ami-rights"),
    ),
    Check(
        "writable",
        "Switchhook can replace its files",
        file_checks.writable,
        needs=("files",),
        limit=file_checks.LOCK_SECONDS + 5.0,
    ),
    Check("secrecy", "the phones' secrets are kept from other users", file_checks.secrecy, needs=("files",)),
    Check(
        "same-folder",
        "Asterisk reads the files that Switchhook writes",
        file_checks.same_folder,
        needs=("ami", "ami-rights", "files"),
    ),
    Check("sorcery", "Asterisk takes phones from pjsip.conf", file_checks.sorcery, needs=("files",)),
    Check(
        "transports",
        "Asterisk listens where its transports say",
        transport_checks.transports,
        needs=("ami", "files", "same-folder", "modules"),
    ),
    Check(
        "lamps",
        "Asterisk has loaded the modules that busy lamps (BLF) need",
        asterisk_checks.lamps,
        needs=("ami", "ami-rights", "modules"),
    ),
    Check(
        "voicemail",
        "callers can leave messages, and the message lamp shows them",
        voicemail_checks.mailboxes,
        needs=("database", "ami", "ami-rights", "files", "modules"),
    ),
    Check(
        "web-phones",
        "browsers' phones come through Asterisk's HTTP server",
        asterisk_checks.web_phones,
        needs=("ami", "ami-rights", "database"),
    ),
    Check(
        "tls-versions",
        "TLS transports speak the TLS of today",
        certificate_checks.tls_versions,
        needs=("files", "transports"),
    ),
    Check(
        "registrations",
        "Asterisk can keep where its phones are",
        asterisk_checks.registrations,
        needs=("ami", "ami-rights"),
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
        needs=("database", "secret-key", "ami", "modules", "files", "identity"),
    ),
    Check(
        "nat",
        "phones inside and outside of NAT are told an address that they reach",
        nat_checks.nat_addresses,
        needs=("database", "ami", "ami-rights", "files", "same-folder", "transports", "identity", "waiting"),
        limit=20.0,
    ),
    *trunk_checks.CHECKS,
    Check(
        "drift",
        "the files and Asterisk are as the database says, and no number lives that is nobody's",
        drift_checks.drift,
        needs=(
            "database",
            "secret-key",
            "ami",
            "ami-rights",
            "files",
            "same-folder",
            "modules",
            "identity",
            "waiting",
            "nat",
        ),
        limit=20.0,
    ),
    Check(
        "certificates",
        "no certificate of Asterisk's expires soon",
        certificate_checks.of_asterisk,
        needs=("ami", "files"),
        limit=10.0,
    ),
)
