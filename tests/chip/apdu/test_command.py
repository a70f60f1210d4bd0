"""Commands: what was written reads back, in short and in extended form, and what does not add up is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.errors import DecodingError, EncodingError

octets = st.integers(0, 255)
commands = st.builds(
    CommandApdu,
    cla=octets,
    ins=octets,
    p1=octets,
    p2=octets,
    data=st.binary(max_size=600),
    le=st.none() | st.integers(1, 65536),
    extended=st.booleans(),
)


@given(commands)
def test_commands_read_back(command: CommandApdu) -> None:
    again = CommandApdu.decode(command.encode())
    assert (again.header, again.data, again.le) == (command.header, command.data, command.le)
    assert again.encode() == command.encode()


@given(st.binary(max_size=600))
def test_bytes_that_read_write_the_same_bytes_or_are_refused(raw: bytes) -> None:
    try:
        command = CommandApdu.decode(raw)
    except DecodingError:
        return
    assert command.encode() == raw


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (CommandApdu(0, 0xA4, 0, 0x0C), "00A4000C"),
        (CommandApdu(0, 0xB0, 0, 0, le=256), "00B0000000"),
        (CommandApdu(0, 0xB0, 0, 0, le=257), "00B00000000101"),
        (CommandApdu(0, 0xB0, 0, 0, le=65536), "00B00000000000"),
        (CommandApdu(0, 0xA4, 2, 0x0C, b"\x01\x1e"), "00A4020C02011E"),
        (CommandApdu(0, 0x88, 0, 0, bytes(8), le=256), "0088000008" + "00" * 8 + "00"),
        (CommandApdu(0, 0x88, 0, 0, bytes(8), le=512), "00880000000008" + "00" * 8 + "0200"),
        (CommandApdu(0, 0xA4, 2, 0x0C, b"\x01\x1e", extended=True), "00A4020C000002011E"),
    ],
)
def test_every_form_is_written_as_the_standard_has_it(command: CommandApdu, wire: str) -> None:
    assert command.encode().hex().upper() == wire.upper()


@pytest.mark.parametrize(
    "wire",
    ["", "00", "00B000", "00A4020C03011E", "00A4020C02011E0000", "00A4020C0000", "00A4020C00000002"],
)
def test_lengths_that_do_not_add_up_are_refused(wire: str) -> None:
    with pytest.raises(DecodingError):
        CommandApdu.decode(bytes.fromhex(wire))


def test_what_cannot_be_a_command_is_not_built() -> None:
    with pytest.raises(EncodingError):
        CommandApdu(256, 0, 0, 0)
    with pytest.raises(EncodingError):
        CommandApdu(0, 0, 0, 0, bytes(65536))
    for le in (0, 65537):
        with pytest.raises(EncodingError):
            CommandApdu(0, 0, 0, 0, le=le)
