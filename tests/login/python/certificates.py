"""Makes authorities and server certificates for one test run: FOLDER.

Standard output is one JSON object: `ca` and `other_ca`, two roots that know nothing of each other, and for each server
certificate below its `chain` and `key`, all of them paths of PEM files.
"""

from __future__ import annotations

import ipaddress
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)
CURRENT = (NOW - DAY, NOW + 30 * DAY)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SALESFORCE = ("login.salesforce.com", "test.salesforce.com", "example.my.salesforce.com")


@dataclass
class Issuer:
    """An authority: its certificate, its key, and the certificates that a server of it has to send along."""

    certificate: x509.Certificate
    key: PrivateKey
    intermediates: tuple[x509.Certificate, ...] = ()


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def signed(
    subject: str,
    key: PrivateKey,
    issuer: Issuer | None,
    period: tuple[datetime, datetime],
    extensions: list[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    """A certificate by `issuer`, or by itself."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(issuer.certificate.subject if issuer else named(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    issuer_key = issuer.key if issuer else key
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, SHA256())


def key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def authority(subject: str, issuer: Issuer | None = None) -> Issuer:
    """A root, or an intermediate of `issuer`."""
    key = ec.generate_private_key(ec.SECP256R1())
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (key_usage(authority=True), True),
    ]
    certificate = signed(subject, key, issuer, CURRENT, extensions)
    return Issuer(certificate, key, (certificate,) if issuer else ())


class Folder:
    """Where the files go, and what stands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.made: dict[str, object] = {}

    def write(self, name: str, content: bytes) -> str:
        path = self.path / name
        path.write_bytes(content)
        return str(path)

    def root(self, name: str, issuer: Issuer) -> None:
        self.made[name] = self.write(f"{name}.crt", issuer.certificate.public_bytes(Encoding.PEM))

    def server(
        self,
        name: str,
        issuer: Issuer | None,
        hosts: tuple[str, ...] = LOOPBACK,
        period: tuple[datetime, datetime] = CURRENT,
        key: PrivateKey | None = None,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        intermediates: tuple[x509.Certificate, ...] | None = None,
    ) -> None:
        """Writes the chain and key of one server; without `issuer` it signs itself."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        extensions = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (key_usage(authority=False), True),
            (x509.ExtendedKeyUsage([purpose]), False),
            (x509.SubjectAlternativeName([general_name(host) for host in hosts]), False),
        ]
        if intermediates is None:
            intermediates = issuer.intermediates if issuer else ()
        chain = (signed(hosts[0], key, issuer, period, extensions), *intermediates)
        self.made[name] = {
            "chain": self.write(f"{name}.crt", b"".join(one.public_bytes(Encoding.PEM) for one in chain)),
            "key": self.write(f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
        }


def main() -> None:
    folder = Folder(Path(sys.argv[1]))
    folder.path.mkdir(exist_ok=True)
    root, other_root = authority("Login tests root"), authority("Another root")
    intermediate = authority("Login tests intermediate", root)
    folder.root("ca", root)
    folder.root("other_ca", other_root)

    folder.server("localhost", root)
    folder.server("localhost_rsa", root, key=rsa.generate_private_key(65537, 2048))
    folder.server("localhost_chain", intermediate)
    folder.server("salesforce", root, SALESFORCE)
    folder.server("wrong_host", root, ("other.example",))
    folder.server("wrong_purpose", root, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    folder.server("expired", root, period=(NOW - 30 * DAY, NOW - DAY))
    folder.server("not_yet_valid", root, period=(NOW + DAY, NOW + 30 * DAY))
    folder.server("incomplete_chain", intermediate, intermediates=())
    folder.server("unknown_ca", other_root)
    folder.server("self_signed", None)
    print(json.dumps(folder.made))


if __name__ == "__main__":
    main()
