"""A root of trust and one server certificate, made anew for each server of the tests."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
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


@dataclass
class Server:
    """What is asked of one server certificate; `issuer` is made from the root, and `None` is the server itself."""

    issuer: Callable[[Issuer], Issuer] | None = lambda root: root
    hosts: tuple[str, ...] = LOOPBACK
    period: tuple[datetime, datetime] = CURRENT
    key: Callable[[], PrivateKey] = lambda: ec.generate_private_key(ec.SECP256R1())
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH
    sends_intermediates: bool = True

    def make(self, root: Issuer) -> tuple[list[x509.Certificate], PrivateKey]:
        key, issuer = self.key(), self.issuer(root) if self.issuer else None
        extensions = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (key_usage(authority=False), True),
            (x509.ExtendedKeyUsage([self.purpose]), False),
            (x509.SubjectAlternativeName([general_name(host) for host in self.hosts]), False),
        ]
        # No host name: on some machines a root of that name is trusted, and would be met instead of none.
        certificate = signed("Login tests server", key, issuer, self.period, extensions)
        return [certificate, *(issuer.intermediates if issuer and self.sends_intermediates else ())], key


def intermediate(root: Issuer) -> Issuer:
    return authority("Login tests intermediate", root)


SERVERS = {
    "localhost": Server(),
    "localhost_rsa": Server(key=lambda: rsa.generate_private_key(65537, 2048)),
    "localhost_chain": Server(intermediate),
    "salesforce": Server(hosts=SALESFORCE),
    "wrong_host": Server(hosts=("other.example",)),
    "wrong_purpose": Server(purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
    "expired": Server(period=(NOW - 30 * DAY, NOW - DAY)),
    "not_yet_valid": Server(period=(NOW + DAY, NOW + 30 * DAY)),
    "incomplete_chain": Server(intermediate, sends_intermediates=False),
    "unknown_ca": Server(lambda _: authority("Another root")),
    "self_signed": Server(None),
}


def make(folder: Path, name: str) -> tuple[Path, Path]:
    """Writes the root to `ca.crt`, and hands back where the chain and the key of the server stand."""
    root = authority("Login tests root")
    chain, key = SERVERS[name].make(root)
    (folder / "ca.crt").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    chain_file, key_file = folder / "server.crt", folder / "server.key"
    chain_file.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain_file, key_file
