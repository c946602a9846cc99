"""What the bed's Asterisk says to callers: short silences."""

from __future__ import annotations

from pathlib import Path

from .install import Installation

# What VoiceMail() and VoiceMailMain() say, each as the shortest silence that there is.
PROMPTS = """\
beep vm-theperson vm-isunavail vm-isonphone vm-intro vm-msgsaved vm-goodbye vm-youhave vm-no vm-messages vm-message
vm-INBOX vm-Old vm-and vm-onefor vm-opts vm-first vm-last vm-received vm-helpexit vm-nomore vm-repeat vm-next vm-delete
vm-toforward vm-savemessage vm-advopts vm-opts-full
""" + " ".join(f"digits/{digit}" for digit in range(10))
GSM_FRAME = b"\xd8\x20\xa2\xe1\x5a" + b"\x50\x00\x49\x24\x92\x49\x24" * 4  # 20 ms of silence


def write_data(installation: Installation, folder: Path) -> None:
    """Make the folder of Asterisk's data: that of the installation, with short prompts."""
    prompts = folder / "sounds/en"
    (prompts / "digits").mkdir(parents=True, exist_ok=True)
    for name in PROMPTS.split():
        (prompts / f"{name}.gsm").write_bytes(GSM_FRAME)
    for path in installation.data.iterdir():
        if path.name != "sounds" and not (folder / path.name).is_symlink():
            (folder / path.name).symlink_to(path)
