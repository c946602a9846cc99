"""Pure: where a transport may listen, as it is typed; a refusal says what to type instead."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

MAX_LENGTH = 60  # the longest IPv6 address in brackets, with its port, has 53
EXAMPLE = "an IP address of Asterisk's machine and a port, such as 0.0.0.0:5060 or [::]:5060"


def _bind(text: str) -> str:
    """Return the address, with the port if one is given. Raises ValueError."""
    if len(text) > MAX_LENGTH:  # the expression tries every division of a text that is none
        raise ValueError(f"this needs {EXAMPLE}")
    found = re.fullmatch(
        r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)|([0-9A-Fa-f:]+:[0-9A-Fa-f:.]*))(?::([0-9]{1,5}))?", text
    )
    try:
        address = ipaddress.ip_address((found[1] or found[2] or found[3]) if found else "")
    except ValueError:
        raise ValueError(f"this needs {EXAMPLE}") from None
    if address.is_multicast or str(address) == "255.255.255.255":
        raise ValueError(f"nothing can listen at {address}: this needs {EXAMPLE}")
    port = found[4] if found else None
    if port and not 0 < int(port) < 65536:
        raise ValueError(f"{port} is no port: 1 to 65535")
    host = f"[{address}]" if address.version == 6 else str(address)
    return f"{host}:{int(port)}" if port else host


OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
PATTERN = rf"^({OCTET}(\.{OCTET}){{3}}|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*)(:[0-9]{{1,5}})?$"  # says less than _bind()
BindAddress = Annotated[str, AfterValidator(_bind), WithJsonSchema({"type": "string", "pattern": PATTERN})]
