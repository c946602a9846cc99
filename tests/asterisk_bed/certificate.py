"""A certificate for 127.0.0.1 that signs itself."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .ports import LOOPBACK

A_DAY = datetime.timedelta(days=1)


def write_certificate(certificate: Path, key: Path, valid_for: datetime.timedelta = A_DAY) -> None:
    """Write both as PEM, valid since long and for so long; the key is readable by the owner alone."""
    private = ec.generate_private_key(ec.SECP256R1())
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(_self_signed(private, valid_for).public_bytes(serialization.Encoding.PEM))


def _self_signed(private: ec.EllipticCurvePrivateKey, valid_for: datetime.timedelta) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, LOOPBACK)])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    builder = x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=private.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - 90 * A_DAY)
    builder = builder.not_valid_after(now + valid_for)
    builder = builder.add_extension(address, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(private, hashes.SHA256())
