"""The wire between a card in software and the virtual reader, with the test playing the reader."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from chip.errors import CardGone, ReaderMissing
from chip.transport.vpcd import CardInReader, VpcdConnection, parse_address


class NotingCard:
    """Echoes commands and counts its resets."""

    atr = bytes.fromhex("3B80800101")

    def __init__(self) -> None:
        self.resets = 0

    def respond(self, command: bytes) -> bytes:
        return command + b"\x90\x00"

    def reset(self) -> None:
        self.resets += 1


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        yield server


def send(reader: socket.socket, message: bytes) -> None:
    reader.sendall(len(message).to_bytes(2, "big"))
    reader.sendall(message)


def receive(reader: socket.socket) -> bytes:
    length = int.from_bytes(reader.recv(2, socket.MSG_WAITALL), "big")
    return reader.recv(length, socket.MSG_WAITALL)


def test_the_card_speaks_as_the_reader_asks(listener: socket.socket) -> None:
    card = NotingCard()
    connection = VpcdConnection(card, *listener.getsockname())
    controls: list[int] = []
    thread = Thread(target=connection.serve, args=(controls.append,))
    thread.start()
    reader, _ = listener.accept()
    with reader:
        reader.settimeout(5)
        for _ in range(6):
            send(reader, b"\x04")
            assert receive(reader) == card.atr
        send(reader, b"\x01")
        send(reader, bytes.fromhex("00B0000004"))
        assert receive(reader) == bytes.fromhex("00B00000049000")
        send(reader, b"\x02")
        send(reader, b"\x00")
        send(reader, b"\x07")  # a control that means nothing is passed over
        long_command = bytes.fromhex("00D60000 00FDE8".replace(" ", "")) + bytes(65_000)
        send(reader, long_command)
        assert receive(reader) == long_command + b"\x90\x00"
        assert card.resets == 3
        assert controls == [4, 4, 4, 4, 4, 4, 1, 2, 0, 7]
    thread.join(timeout=5)
    assert not thread.is_alive()
    connection.close()


def test_pulling_the_card_ends_its_thread(listener: socket.socket) -> None:
    card = CardInReader(NotingCard(), *listener.getsockname())
    answers: list[bytes] = []

    def play_reader() -> None:
        reader, _ = listener.accept()
        with reader:
            send(reader, b"\x01")
            answers.append(reader.recv(1))

    reader_side = Thread(target=play_reader)
    reader_side.start()
    with card:
        pass
    reader_side.join(timeout=5)
    assert answers == [b""]


def test_a_reader_that_never_powers_the_card_is_reported(listener: socket.socket) -> None:
    with pytest.raises(CardGone, match="did not power"):
        CardInReader(NotingCard(), *listener.getsockname()).insert(timeout_s=0.05)


def test_no_virtual_reader_is_said_in_one_line(listener: socket.socket) -> None:
    host, port = listener.getsockname()
    listener.close()
    with pytest.raises(ReaderMissing, match="vsmartcard-vpcd"):
        VpcdConnection(NotingCard(), host, port)


def test_an_address_is_host_and_port() -> None:
    assert parse_address("127.0.0.1:35963") == ("127.0.0.1", 35963)
    assert parse_address("[::1]:1") == ("::1", 1)


@pytest.mark.parametrize("text", ["35963", "localhost", "localhost:", "host:0", "host:65536", "host:x", ":1"])
def test_an_address_without_host_and_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT wanted"):
        parse_address(text)
