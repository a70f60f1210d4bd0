"""A mail server that speaks just enough SMTP over a real socket, with TLS of its own, and says what it is told to."""

import contextlib
import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@dataclass
class SmallMailServer:
    """What it received, and what it answers to a command that begins with a word of `answers`."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    client: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def certificate(folder: Path) -> Path:
    """A TEST certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST mail server")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail-server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@contextlib.contextmanager
def mail_server(folder: Path, *, tls_from_the_start: bool = False) -> Iterator[SmallMailServer]:
    """A server on a free port of the loopback until the block ends."""
    file = certificate(folder)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(file)
    told = SmallMailServer()
    told.client = ssl.create_default_context(cafile=str(file))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.ExitStack() as opened, contextlib.suppress(OSError):
                connection: socket.socket = self.request
                if tls_from_the_start:
                    connection = opened.enter_context(secure.wrap_socket(connection, server_side=True))
                self.talk(connection, opened)

        def talk(self, connection: socket.socket, opened: contextlib.ExitStack) -> None:
            is_secure = tls_from_the_start
            lines = opened.enter_context(connection.makefile("rb"))
            connection.sendall(told.answers.get("CONNECT", "220 test").encode() + b"\r\n")
            while line := lines.readline():
                word = line.decode().split()[0].upper()
                told.commands.append(line.decode().strip())
                answer = told.answers.get(word)
                if answer is None and word == "EHLO":
                    answer = "250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN"
                connection.sendall(((answer or DEFAULTS.get(word, "250 ok")) + "\r\n").encode())
                if word == "STARTTLS" and not answer:
                    connection = opened.enter_context(secure.wrap_socket(connection, server_side=True))
                    lines, is_secure = opened.enter_context(connection.makefile("rb")), True
                elif word == "DATA" and not answer:
                    content = b""
                    while (part := lines.readline()) != b".\r\n":
                        content += part
                    told.received.append(content)
                    told.secured.append(is_secure)
                    connection.sendall((told.answers.get("CONTENT", "250 taken") + "\r\n").encode())
                elif word == "QUIT":
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


DEFAULTS = {"DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go on", "AUTH": "235 welcome"}
