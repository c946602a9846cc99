"""The two questions that a load balancer or a monitor asks."""

from __future__ import annotations

from pathlib import Path

import requests

import checkout
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook
from version import VERSION


def test_healthz_answers_and_readyz_says_what_is_missing(switchhook: Switchhook) -> None:
    up = requests.get(f"{switchhook.url}/healthz", timeout=60)
    assert (up.status_code, up.json()["status"], up.json()["version"]) == (200, "up", VERSION)
    assert up.json()["commit"] == checkout.commit()
    assert len(up.json()["env"]) == 32
    ready = requests.get(f"{switchhook.url}/readyz", timeout=60)
    assert (ready.status_code, ready.json()) == (200, {"database": "ok", "ami": "ok"})


def test_readyz_is_503_and_names_the_file_while_nothing_can_be_published(
    switchhook: Switchhook, asterisk: Asterisk
) -> None:
    conf = Path(asterisk.environment()["ASTERISK_CONFIG_DIR"]) / "pjsip.conf"
    away = conf.rename(conf.with_suffix(".away"))
    try:
        ready = requests.get(f"{switchhook.url}/readyz", timeout=60)
    finally:
        away.rename(conf)
    assert ready.status_code == 503
    assert {name: said for name, said in ready.json().items() if name != "phones"} == {
        "database": "ok",
        "ami": "ok",
    }
    assert str(conf) in ready.json()["phones"]


def test_readyz_is_503_and_names_ami_while_asterisk_is_down(
    switchhook: Switchhook, asterisk: Asterisk
) -> None:
    asterisk.kill()
    try:
        ready = requests.get(f"{switchhook.url}/readyz", timeout=60)
    finally:
        asterisk.start()
    assert ready.status_code == 503
    assert ready.json()["database"] == "ok"
    assert "is Asterisk running" in ready.json()["ami"]
