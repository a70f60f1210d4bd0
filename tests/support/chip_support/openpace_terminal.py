"""A terminal that is not ours: OpenPACE computes, pyscard speaks. Run as a program, it knows nothing of this project.

Arguments: the reader's name, the CAN, then a short file identifier for each file to read in the application. Prints a
line for each: `OK` and the file in hexadecimal, or the status word that refused it inside secure messaging.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Send = Callable[[bytes], tuple[bytes, int]]
BLOCK, CHUNK = 16, 0xD0
PACE_ECDH_GM_AES_128 = bytes.fromhex("04007F00070202040202")
EMRTD = bytes.fromhex("A0000002471001")


def connect(name: str) -> Send:
    """A way to the card in a reader."""
    from smartcard.System import readers

    connection = next(item for item in readers() if str(item) == name).createConnection()
    connection.connect()

    def send(command: bytes) -> tuple[bytes, int]:
        data, sw1, sw2 = connection.transmit(list(command))
        return bytes(data), sw1 << 8 | sw2

    return send


def tlv(tag: int, value: bytes) -> bytes:
    """A data object of a one-byte tag."""
    length = bytes([len(value)]) if len(value) < 0x80 else bytes([0x81, len(value)])
    return bytes([tag]) + length + value


def objects(raw: bytes) -> dict[int, bytes]:
    """The data objects of one-byte tags in a row."""
    found = {}
    while raw:
        tag, length, at = raw[0], raw[1], 2
        if length == 0x81:
            length, at = raw[2], 3
        found[tag], raw = raw[at : at + length], raw[at + length :]
    return found


def pad(raw: bytes) -> bytes:
    """80 00 … to whole blocks."""
    return (raw + b"\x80").ljust((len(raw) // BLOCK + 1) * BLOCK, b"\x00")


def open_pace(send: Send, side: Any) -> None:
    """PACE with the CAN, generic mapping."""

    def authenticate(data: bytes, last: bool = False) -> bytes:
        command = (
            bytes([0x00 if last else 0x10, 0x86, 0, 0]) + bytes([len(tlv(0x7C, data))]) + tlv(0x7C, data) + b"\x00"
        )
        answer, sw = send(command)
        assert sw == 0x9000, f"{sw:04X}"
        return next(iter(objects(objects(answer)[0x7C]).values()))

    template = tlv(0x80, PACE_ECDH_GM_AES_128) + tlv(0x83, b"\x02")
    assert send(bytes([0x00, 0x22, 0xC1, 0xA4, len(template)]) + template)[1] == 0x9000
    side.take_nonce(authenticate(b""))
    side.map(authenticate(tlv(0x81, side.mapping_data())))
    theirs = authenticate(tlv(0x83, side.ephemeral_key()))
    side.agree(theirs)
    assert side.believes(authenticate(tlv(0x85, side.token(theirs)), last=True))
    side.start_messaging()


def secured(send: Send, side: Any, header: bytes, data: bytes = b"", le: int | None = None) -> tuple[bytes, int]:
    """One command and its answer under the session's keys; asserts that the answer's MAC holds."""
    header = bytes([header[0] | 0x0C]) + header[1:]
    side.next_message()
    body = tlv(0x87, b"\x01" + side.encrypt(pad(data))) if data else b""
    body += b"" if le is None else tlv(0x97, bytes([le & 0xFF]))
    covered = pad(header) + (pad(body) if body else b"")
    body += tlv(0x8E, side.authenticate(covered))
    answer, _ = send(header + bytes([len(body)]) + body + b"\x00")
    side.next_message()
    found = objects(answer)
    signed = b"".join(tlv(tag, found[tag]) for tag in (0x87, 0x99) if tag in found)
    assert side.authenticate(pad(signed)) == found[0x8E]
    plain = side.decrypt(found[0x87][1:]).rstrip(b"\x00")[:-1] if 0x87 in found else b""
    return plain, int.from_bytes(found[0x99], "big")


def read(send: Send, side: Any, short_id: int) -> str:
    """A file by its short identifier, from its first byte to its last."""
    content, sw = secured(send, side, bytes([0x00, 0xB0, 0x80 | short_id, 0x00]), le=4)
    if sw != 0x9000:
        return f"{sw:04X}"
    head = 4 if content[1] == 0x82 else 3 if content[1] == 0x81 else 2
    length = head + int.from_bytes(content[2:head] or content[1:2], "big")
    while len(content) < length:
        le = min(CHUNK, length - len(content))
        piece, sw = secured(send, side, bytes([0x00, 0xB0, len(content) >> 8, len(content) & 0xFF]), le=le)
        assert sw == 0x9000, f"{sw:04X}"
        content += piece
    return f"OK {content[:length].hex()}"


def main() -> None:
    """As the arguments say."""
    place = importlib.util.spec_from_file_location("libeac", Path(__file__).with_name("libeac.py"))
    assert place is not None
    assert place.loader is not None
    libeac = importlib.util.module_from_spec(place)
    place.loader.exec_module(libeac)
    reader, can, *files = sys.argv[1:]
    send, library = connect(reader), libeac.load()
    assert send(bytes.fromhex("00A4020C02011C"))[1] == 0x9000
    card_access, sw = send(bytes.fromhex("00B0000000"))
    assert sw == 0x9000
    with libeac.party(library, card_access, can) as side:
        open_pace(send, side)
        assert secured(send, side, bytes.fromhex("00A4040C"), EMRTD)[1] == 0x9000
        for short_id in files:
            print(read(send, side, int(short_id, 16)), flush=True)
    assert not [name for name in sys.modules if name == "chip" or name.startswith("chip.")]


if __name__ == "__main__":
    main()
