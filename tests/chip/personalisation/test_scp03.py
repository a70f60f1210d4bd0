"""SCP03: the published sessions to the last byte, both sides against each other, and what must be refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import EncodingError, SecureMessagingError
from chip.personalisation.scp03 import (
    ALLOWED_LEVELS,
    FULL_SECURITY,
    MAC_BOTH_WAYS,
    Scp03Keys,
    Scp03Session,
    SecurityLevel,
    pseudo_random_challenge,
)
from chip.personalisation.transport_keys import ChipTransportKeys

KEYS = ChipTransportKeys(bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48)))
SESSION_KEYS = Scp03Keys.grow(KEYS, b"hostchal", b"cardchal")


def session(level: SecurityLevel = FULL_SECURITY) -> Scp03Session:
    return Scp03Session(SESSION_KEYS).authenticated(level)


@pytest.fixture(params=["A128_33", "A256_33"])
def vector(request: pytest.FixtureRequest, reference_data: Path) -> Any:
    vectors = json.loads((reference_data / "vectors/scp03_vectors.json").read_text())["vectors"]
    return next(vector for vector in vectors if vector["name"] == request.param)


def published(vector: Any) -> tuple[ChipTransportKeys, Scp03Keys]:
    keys = ChipTransportKeys(
        bytes.fromhex(vector["key_enc"]), bytes.fromhex(vector["key_mac"]), bytes.fromhex(vector["key_mac"])
    )
    host_challenge = CommandApdu.decode(bytes.fromhex(vector["initialize_update"])).data
    return keys, Scp03Keys.grow(keys, host_challenge, bytes.fromhex(vector["response"])[13:21])


def test_published_session_keys_grow(vector: Any) -> None:
    _, keys = published(vector)
    assert [keys.enc.hex(), keys.mac.hex(), keys.rmac.hex()] == [vector["s_enc"], vector["s_mac"], vector["s_rmac"]]


def test_published_challenge_and_cryptogram_come_out(vector: Any) -> None:
    static, keys = published(vector)
    response = bytes.fromhex(vector["response"])
    counter = int.from_bytes(response[29:32], "big")
    aid = bytes.fromhex(vector["aid_for_challenge"])
    assert pseudo_random_challenge(static, counter, aid) == response[13:21]
    assert keys.card_cryptogram() == response[21:29]


def test_a_published_session_replays_on_both_sides(vector: Any) -> None:
    _, keys = published(vector)
    host = card = Scp03Session(keys)
    plain = CommandApdu(0x80, 0x82, 0x33, 0x00, keys.host_cryptogram())
    host, secured = host.protect_command(plain)
    assert secured.encode().hex() == vector["external_authenticate"]
    card, seen = card.unprotect_command(secured)
    assert seen == plain
    host, card = host.authenticated(FULL_SECURITY), card.authenticated(FULL_SECURITY)
    for number, exchanged in enumerate(vector["commands"]):
        plain = CommandApdu.decode(bytes.fromhex(exchanged["plain"]))
        host, secured = host.protect_command(plain)
        assert secured.encode().hex() == exchanged["wrapped"]
        card, seen = card.unprotect_command(secured)
        assert seen == plain
        if number == 0:
            answer = ResponseApdu(bytes.fromhex(vector["first_response_plain"]), 0x9000)
            wrapped = card.protect_response(answer)
            assert wrapped.data.hex() == vector["first_response_data_wrapped"]
            assert host.unprotect_response(wrapped) == answer


@given(
    st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), max_size=5),
    st.sampled_from(sorted(ALLOWED_LEVELS)),
)
def test_both_sides_understand_each_other_at_every_level(
    exchanges: list[tuple[bytes, bytes]], level: SecurityLevel
) -> None:
    host = card = session(level)
    for sent, answered in exchanges:
        plain = CommandApdu(0x80, 0xDA, 0x01, 0x02, sent, le=256)
        host, secured = host.protect_command(plain)
        card, seen = card.unprotect_command(secured)
        assert (seen.data, seen.header, seen.le) == (plain.data, plain.header, plain.le)
        response = ResponseApdu(answered, 0x9000)
        assert host.unprotect_response(card.protect_response(response)) == response
    assert host.chaining == card.chaining


@given(st.integers(0, 40), st.integers(0, 7))
def test_a_flipped_bit_of_a_command_ends_the_session(at: int, bit: int) -> None:
    _, secured = session().protect_command(CommandApdu(0x80, 0xD6, 0x00, 0x00, bytes(16)))
    raw = bytearray(secured.encode())
    if at == 4 or at >= len(raw) or (at == 0 and 1 << bit in (0x01, 0x02)):
        return  # Lc would no longer fit; the logical channel is not covered
    raw[at] ^= 1 << bit
    with pytest.raises(SecureMessagingError):
        session().unprotect_command(CommandApdu.decode(bytes(raw)))


@given(st.integers(0, 23), st.integers(0, 7))
def test_a_flipped_bit_of_an_answer_is_noticed(at: int, bit: int) -> None:
    answer = session().protect_response(ResponseApdu(b"answer", 0x9000))
    data = bytearray(answer.data)
    data[at] ^= 1 << bit
    with pytest.raises(SecureMessagingError):
        session().unprotect_response(ResponseApdu(bytes(data), 0x9000))


def test_a_replayed_command_is_refused() -> None:
    host, secured = session().protect_command(CommandApdu(0x80, 0x44, 0x00, 0x00))
    card, _ = session().unprotect_command(secured)
    with pytest.raises(SecureMessagingError):
        card.unprotect_command(secured)
    assert host.chaining == card.chaining


def test_a_plain_command_inside_the_channel_is_refused() -> None:
    for command in (CommandApdu(0x80, 0x44, 0x00, 0x00, bytes(8)), CommandApdu(0x84, 0x44, 0x00, 0x00, bytes(7))):
        with pytest.raises(SecureMessagingError, match="without a MAC"):
            session().unprotect_command(command)


def test_a_stripped_answer_is_refused() -> None:
    with pytest.raises(SecureMessagingError):
        session().unprotect_response(ResponseApdu(b"", 0x9000))


def test_an_error_comes_bare_and_never_with_data() -> None:
    error = ResponseApdu(b"", 0x6985)
    assert session().protect_response(error) == error
    assert session().unprotect_response(error) == error
    with pytest.raises(SecureMessagingError, match="nothing protects"):
        session().unprotect_response(ResponseApdu(b"?", 0x6985))


def test_a_warning_is_protected() -> None:
    warning = ResponseApdu(b"rest", 0x6282)
    protected = session(MAC_BOTH_WAYS).protect_response(warning)
    assert len(protected.data) == 12
    assert session(MAC_BOTH_WAYS).unprotect_response(protected) == warning


def test_data_that_are_no_padded_blocks_are_refused() -> None:
    mac_only = Scp03Session(SESSION_KEYS).authenticated(MAC_BOTH_WAYS)
    _, secured = mac_only.protect_command(CommandApdu(0x80, 0xD6, 0x00, 0x00, bytes(15)))
    with pytest.raises(SecureMessagingError, match="padded blocks"):
        session().unprotect_command(secured)


def test_a_level_that_scp03_lacks_is_refused() -> None:
    for level in (0x00, 0x02, 0x10, 0x31):
        with pytest.raises(EncodingError):
            Scp03Session(SESSION_KEYS).authenticated(SecurityLevel(level))


def test_keys_are_never_shown() -> None:
    shown = repr(session()) + repr(SESSION_KEYS) + repr(KEYS)
    assert SESSION_KEYS.mac.hex() not in shown
    assert "bytes" not in shown
    assert "b'" not in shown
