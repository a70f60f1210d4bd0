"""Secure messaging: the published examples byte for byte, both sides against each other, and every way to break it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.crypto.suites import AES_128, AES_192, AES_256, TDES, CipherSuite
from chip.errors import SecureMessagingError
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.tlv import encode_tlv, iterate_tlv

SUITES = [TDES, AES_128, AES_192, AES_256]
SELECT_COM = CommandApdu(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("011E"))
READ = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=4)
by_suite = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)


def session(suite: CipherSuite = AES_128, counter: int = 0) -> SecureMessagingSession:
    return SecureMessagingSession(SessionKeys.from_secret(b"a shared secret", suite), counter)


def bac_session() -> SecureMessagingSession:
    """Doc 9303-11 appendix D.3."""
    keys = SessionKeys(
        TDES, bytes.fromhex("979EC13B1CBFE9DCD01AB0FED307EAE5"), bytes.fromhex("F1CB1F1FB5ADF208806B89DC579DC1F8")
    )
    return SecureMessagingSession(keys, 0x887022120C06C226)


# plain command, command on the wire, answer on the wire, plain data (Doc 9303-11 appendix D.4)
BAC_EXAMPLE = [
    (
        SELECT_COM,
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
        "990290008E08FA855A5D4C50A8ED9000",
        "",
    ),
    (
        READ,
        "0CB000000D9701048E08ED6705417E96BA5500",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        "60145F01",
    ),
    (
        CommandApdu(0x00, 0xB0, 0x00, 0x04, le=0x12),
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
        "04303130365F36063034303030305C026175",
    ),
]


def test_the_terminals_side_replays_the_published_example() -> None:
    terminal = bac_session()
    for plain, command, answer, data in BAC_EXAMPLE:
        assert terminal.protect(plain).encode().hex().upper() == command
        assert terminal.unprotect(ResponseApdu.decode(bytes.fromhex(answer))) == ResponseApdu(
            bytes.fromhex(data), 0x9000
        )


def test_the_cards_side_replays_the_published_example() -> None:
    card = bac_session()
    for plain, command, answer, data in BAC_EXAMPLE:
        assert card.unprotect_command(CommandApdu.decode(bytes.fromhex(command))) == plain
        assert card.protect_response(ResponseApdu(bytes.fromhex(data), 0x9000)).encode().hex().upper() == answer


def test_aes_256_gives_the_published_command() -> None:
    """A sample of the public project gmrtd: select EF.COM in the middle of a session."""
    keys = SessionKeys(
        AES_256,
        bytes.fromhex("74B94F408BBB2CD92571FD5B6370A94CCE7A2FA42AE3EB4DA47B97CE6EAA24C6"),
        bytes.fromhex("9E28D5D9FF1D979BE752E8926BF0E1D35A440FC0AEFC4AA3BC5610055AC8B113"),
    )
    protected = SecureMessagingSession(keys, counter=0x20).protect(SELECT_COM)
    assert protected.encode().hex().upper() == (
        "0CA4020C1D8711011D35E7EB510E21A0DD12380D9AD2B92D8E0828CB68B81D3FAFC000"
    )


commands = st.builds(
    CommandApdu,
    cla=st.sampled_from([0x00, 0x10]),
    ins=st.sampled_from([0xA4, 0xB0, 0xB1, 0x22, 0x2A, 0x86]),
    p1=st.integers(0, 255),
    p2=st.integers(0, 255),
    data=st.binary(max_size=400),
    le=st.none() | st.integers(1, 65536),
    extended=st.booleans(),
)
responses = st.builds(
    ResponseApdu, data=st.binary(max_size=400), sw=st.sampled_from([0x9000, 0x6282, 0x6982, 0x6A82, 0x6700])
)


@by_suite
@given(st.lists(st.tuples(commands, responses), max_size=4))
def test_both_sides_understand_each_other(suite: CipherSuite, talk: list[tuple[CommandApdu, ResponseApdu]]) -> None:
    terminal, card = session(suite), session(suite)
    for command, response in talk:
        arrived = CommandApdu.decode(terminal.protect(command).encode())
        plain = card.unprotect_command(arrived)
        assert (plain.header, plain.data, plain.le) == (command.header, command.data, command.le)
        assert terminal.unprotect(ResponseApdu.decode(card.protect_response(response).encode())) == response


@by_suite
@given(st.data())
def test_one_flipped_bit_in_a_command_ends_the_session(suite: CipherSuite, data: st.DataObject) -> None:
    card = session(suite)
    protected = session(suite).protect(SELECT_COM)
    raw = bytearray(protected.header + protected.data)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SecureMessagingError):
        card.unprotect_command(CommandApdu(raw[0], raw[1], raw[2], raw[3], bytes(raw[4:]), le=256))
    assert card.is_over
    with pytest.raises(SecureMessagingError, match="over"):
        card.protect_response(ResponseApdu(b"", 0x9000))


@by_suite
@given(st.data())
def test_one_flipped_bit_in_an_answer_ends_the_session(suite: CipherSuite, data: st.DataObject) -> None:
    terminal, card = session(suite), session(suite)
    card.unprotect_command(terminal.protect(READ))
    raw = bytearray(card.protect_response(ResponseApdu(b"four", 0x9000)).encode())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SecureMessagingError):
        terminal.unprotect(ResponseApdu.decode(bytes(raw)))
    with pytest.raises(SecureMessagingError, match="over"):
        terminal.protect(READ)


def test_a_replayed_answer_is_refused() -> None:
    terminal, card = session(), session()
    card.unprotect_command(terminal.protect(READ))
    answer = card.protect_response(ResponseApdu(b"four", 0x9000))
    terminal.unprotect(answer)
    terminal.protect(READ)
    with pytest.raises(SecureMessagingError, match="MAC"):
        terminal.unprotect(answer)


def test_a_replayed_command_is_refused() -> None:
    terminal, card = session(), session()
    command = terminal.protect(READ)
    card.unprotect_command(command)
    card.protect_response(ResponseApdu(b"four", 0x9000))
    with pytest.raises(SecureMessagingError) as refusal:
        card.unprotect_command(command)
    assert refusal.value.status == 0x6988


def test_a_plain_answer_ends_the_session_and_is_named() -> None:
    terminal = session()
    terminal.protect(READ)
    with pytest.raises(SecureMessagingError, match="6988"):
        terminal.unprotect(ResponseApdu(b"", 0x6988))
    assert terminal.is_over


def test_a_plain_command_ends_the_cards_session() -> None:
    card = session()
    with pytest.raises(SecureMessagingError):
        card.unprotect_command(READ)
    assert card.is_over


def objects_of(command: CommandApdu) -> list[bytes]:
    return [item.raw for item in iterate_tlv(command.data)]


def test_an_object_missing_is_6987_and_a_wrong_one_6988() -> None:
    protected = session().protect(replace(SELECT_COM, le=16))
    cryptogram, le, mac = objects_of(protected)
    cases = {
        b"": 0x6987,  # no object at all
        cryptogram + le: 0x6987,  # no MAC
        cryptogram + mac: 0x6988,  # Le is missing under the MAC
        le + mac: 0x6988,  # the cryptogram is missing under the MAC
        cryptogram + le + le + mac: 0x6988,  # an object twice
        cryptogram + le + encode_tlv(0x99, b"\x90\x00") + mac: 0x6988,  # an object that no command has
        cryptogram + le + mac[:-1]: 0x6988,  # cut off
        b"\xff\xff\xff": 0x6988,  # no data object
    }
    for data, expected in cases.items():
        with pytest.raises(SecureMessagingError) as refusal:
            session().unprotect_command(replace(protected, data=data))
        assert refusal.value.status == expected, data.hex()


def with_mac(suite: CipherSuite, header: bytes, *objects: bytes) -> bytes:
    """Data of the first command of `session(suite)` whose objects are ours and whose MAC holds."""
    keys = session(suite).keys
    counter = (1).to_bytes(suite.block_length_bytes, "big")
    joined = b"".join(objects)
    mac = suite.mac_of_blocks(keys.mac, counter + suite.pad(header) + (suite.pad(joined) if joined else b""))
    return joined + encode_tlv(0x8E, mac)


@by_suite
def test_data_objects_are_taken_in_any_order(suite: CipherSuite) -> None:
    protected = session(suite).protect(replace(SELECT_COM, le=16))
    cryptogram, le, _ = objects_of(protected)
    data = with_mac(suite, protected.header, le, cryptogram)
    plain = session(suite).unprotect_command(replace(protected, data=data))
    assert (plain.data, plain.le) == (SELECT_COM.data, 16)


@pytest.mark.parametrize(
    "wrong",
    [
        encode_tlv(0x87, b"\x02" + bytes(16)),  # padding indicator
        encode_tlv(0x87, b"\x01" + bytes(15)),  # no whole block
        encode_tlv(0x87, b"\x01" + bytes(16)),  # decrypts to something without padding
        encode_tlv(0x87, b""),
        encode_tlv(0x85, bytes(16)),  # the tag of odd instructions
        encode_tlv(0x97, bytes(3)),  # Le of three bytes
        encode_tlv(0x97, b""),
    ],
    ids=lambda value: value.hex()[:12],
)
def test_a_right_mac_over_a_wrong_object_is_6988(wrong: bytes) -> None:
    command = CommandApdu(0x0C, 0xA4, 0x02, 0x0C, with_mac(AES_128, bytes.fromhex("0CA4020C"), wrong), le=256)
    with pytest.raises(SecureMessagingError) as refusal:
        session().unprotect_command(command)
    assert refusal.value.status == 0x6988


def test_an_answer_without_protected_status_is_refused() -> None:
    terminal = session()
    terminal.protect(READ)
    keys, counter = terminal.keys, (2).to_bytes(16, "big")
    mac = AES_128.mac_of_blocks(keys.mac, counter)
    with pytest.raises(SecureMessagingError, match="status"):
        terminal.unprotect(ResponseApdu(encode_tlv(0x8E, mac), 0x9000))


def test_a_status_in_the_open_cannot_differ_from_the_protected_one() -> None:
    terminal, card = session(), session()
    card.unprotect_command(terminal.protect(READ))
    answer = card.protect_response(ResponseApdu(b"", 0x6982))
    with pytest.raises(SecureMessagingError, match="status"):
        terminal.unprotect(replace(answer, sw=0x9000))


def test_an_application_error_travels_protected_and_the_session_goes_on() -> None:
    terminal, card = session(), session()
    card.unprotect_command(terminal.protect(READ))
    assert terminal.unprotect(card.protect_response(ResponseApdu(b"", 0x6982))).sw == 0x6982
    card.unprotect_command(terminal.protect(READ))
    assert terminal.unprotect(card.protect_response(ResponseApdu(b"data", 0x9000))).data == b"data"


def test_chained_commands_keep_their_class() -> None:
    terminal, card = session(), session()
    protected = terminal.protect(CommandApdu(0x10, 0x86, 0, 0, b"first"))
    assert protected.cla == 0x1C
    assert card.unprotect_command(protected).cla == 0x10


def test_odd_instructions_carry_85_both_ways() -> None:
    terminal, card = session(), session()
    protected = terminal.protect(CommandApdu(0x00, 0xB1, 0, 1, encode_tlv(0x54, b"\x80\x00"), le=100))
    assert [raw[0] for raw in objects_of(protected)] == [0x85, 0x97, 0x8E]
    card.unprotect_command(protected)
    answer = card.protect_response(ResponseApdu(encode_tlv(0x53, b"more"), 0x9000))
    assert answer.data[0] == 0x85
    assert terminal.unprotect(answer).data == encode_tlv(0x53, b"more")


def test_session_keys_have_no_repr_that_shows_them() -> None:
    keys = session().keys
    assert keys.encryption.hex() not in repr(keys)
    assert "encryption" not in repr(keys)
