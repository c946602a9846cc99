"""Phones that the administrator of the running Asterisk writes by hand."""

from __future__ import annotations

from tests.asterisk_bed import Asterisk


def write_phone(asterisk: Asterisk, number: str) -> None:
    """Add a phone with the secret Secret4711 to pjsip.conf, and have it loaded."""
    with (asterisk.config_dir / "pjsip.conf").open("a") as file:
        file.write(
            f"\n[{number}]\ntype=endpoint\ncontext=from-internal\nallow=!all,ulaw\ntransport=transport-udp\n"
            f"auth={number}\naors={number}\nset_var=PIN=4711\n[{number}]\ntype=auth\nusername={number}\n"
            f"password=Secret4711\n[{number}]\ntype=aor\nmax_contacts=1\n"
        )
    asterisk.cli("module reload res_pjsip.so")
