"""PACE and secure messaging against OpenPACE, on both sides, in every combination that Debian's build of it knows.

That is generic mapping with every cipher, on every curve and in every group of integers; integrated mapping is left out
of that build. OpenPACE drops the leading zeros of a shared integer, where PKCS #3 (8.3) keeps them: one run in 256
would end there, and is begun anew.
"""

import ctypes
import os
from collections.abc import Callable

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import Group, random_scalar
from chip.crypto.standardised_groups import standardised_group
from chip.lds.card_access import CardAccess
from chip.lds.security_infos import PaceInfo
from chip.protocols.general_authenticate import dynamic_authentication_data
from chip.protocols.pace import (
    PacePassword,
    agree,
    authentication_token,
    encrypt_nonce,
    map_generic,
)
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, PaceAlgorithm
from chip.protocols.pace_terminal import open_pace
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.tlv import encode_tlv, iterate_tlv
from chip_support.libeac import Party, load, party

CAN = "314159"
COMBINATIONS = [
    (algorithm, parameter_id)
    for algorithm in PACE_ALGORITHMS.values()
    for parameter_id in (range(8, 19) if algorithm.agreement == "ECDH" else range(3))
    if algorithm.mapping is MappingKind.GENERIC
]
in_every_combination = pytest.mark.parametrize(
    ("algorithm", "parameter_id"),
    COMBINATIONS,
    ids=[f"{algorithm.name}-{number}" for algorithm, number in COMBINATIONS],
)


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    loaded = load()
    if loaded is None:
        pytest.skip("OpenPACE's libeac is not installed")
    return loaded


class OpenPaceCard:
    """OpenPACE answering our terminal's commands."""

    def __init__(self, side: Party) -> None:
        self.side = side
        self.own = self.other = b""

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        if command.ins == 0x22:
            return ResponseApdu(b"", 0x9000)
        tag, value = next(iter(dynamic_authentication_data(command.data).items()), (None, b""))
        return ResponseApdu(encode_tlv(0x7C, self._answer(tag, value)), 0x9000)

    def _answer(self, tag: int | None, value: bytes) -> bytes:
        if tag is None:
            return encode_tlv(0x80, self.side.give_nonce())
        if tag == 0x81:
            own = self.side.mapping_data()
            self.side.map(value)
            return encode_tlv(0x82, own)
        if tag == 0x83:
            self.own, self.other = self.side.ephemeral_key(), value
            self.side.agree(value)
            return encode_tlv(0x84, self.own)
        assert self.side.believes(value)
        return encode_tlv(0x86, self.side.token(self.other))


@in_every_combination
def test_our_terminal_opens_an_openpace_card(library: ctypes.CDLL, algorithm: PaceAlgorithm, parameter_id: int) -> None:
    card_access = CardAccess((PaceInfo(algorithm.oid, parameter_id),)).encode()
    with party(library, card_access, CAN) as side:
        card, drawn = OpenPaceCard(side), list[bytes]()

        def draw(length: int) -> bytes:
            drawn.append(os.urandom(length))
            return drawn[-1]

        try:
            session = run(open_pace(algorithm, parameter_id, PacePassword.from_can(CAN), draw), card)
        except AssertionError:
            if not loses_zeros(algorithm, parameter_id, int.from_bytes(drawn[-1], "big"), card.own):
                raise
            return test_our_terminal_opens_an_openpace_card(library, algorithm, parameter_id)
        return messages_agree(side, session.secure_messaging)


@in_every_combination
def test_our_card_is_opened_by_an_openpace_terminal(
    library: ctypes.CDLL, algorithm: PaceAlgorithm, parameter_id: int
) -> None:
    card_access = CardAccess((PaceInfo(algorithm.oid, parameter_id),)).encode()
    group, suite = standardised_group(parameter_id), algorithm.suite
    with party(library, card_access, CAN) as side:
        nonce = os.urandom(16)
        side.take_nonce(encrypt_nonce(PacePassword.from_can(CAN).key(suite), suite, nonce))
        private = random_scalar(group.order, os.urandom)
        theirs = side.mapping_data()
        mapped = map_generic(group, nonce, private, theirs)
        side.map(group.multiply(group.generator, private))
        theirs = side.ephemeral_key()
        private = fitting_scalar(group, lambda scalar: not loses_zeros(algorithm, parameter_id, scalar, theirs))
        own = group.multiply(mapped, private)
        side.agree(own)
        keys = agree(group, private, own, theirs, suite)
        assert side.token(own) == authentication_token(algorithm, group, keys, own)
        assert side.believes(authentication_token(algorithm, group, keys, theirs))


@pytest.mark.parametrize("parameter_id", range(3))
def test_a_public_integer_with_leading_zeros_makes_the_same_token(library: ctypes.CDLL, parameter_id: int) -> None:
    algorithm = next(item for item, number in COMBINATIONS if number == parameter_id and item.suite.is_aes)
    card_access = CardAccess((PaceInfo(algorithm.oid, parameter_id),)).encode()
    group, suite, nonce = standardised_group(parameter_id), algorithm.suite, os.urandom(16)
    with party(library, card_access, CAN) as side:
        side.take_nonce(encrypt_nonce(PacePassword.from_can(CAN).key(suite), suite, nonce))
        private = random_scalar(group.order, os.urandom)
        mapped = map_generic(group, nonce, private, side.mapping_data())
        side.map(group.multiply(group.generator, private))
        theirs = side.ephemeral_key()
        private = fitting_scalar(
            group,
            lambda scalar: (
                group.multiply(mapped, scalar)[0] == 0 and not loses_zeros(algorithm, parameter_id, scalar, theirs)
            ),
        )
        own = group.multiply(mapped, private)
        side.agree(own)
        keys = agree(group, private, own, theirs, suite)
        assert side.token(own) == authentication_token(algorithm, group, keys, own)
        assert side.believes(authentication_token(algorithm, group, keys, theirs))


def fitting_scalar(group: Group, fits: Callable[[int], bool]) -> int:
    """A private key that `fits`."""
    return next(scalar for _ in range(10_000) if fits(scalar := random_scalar(group.order, os.urandom)))


def loses_zeros(algorithm: PaceAlgorithm, parameter_id: int, private: int, other: bytes) -> bool:
    """Whether this is one of the shared integers that OpenPACE shortens."""
    return algorithm.agreement == "DH" and standardised_group(parameter_id).multiply(other, private)[0] == 0


def messages_agree(side: Party, session: SecureMessagingSession) -> None:
    """A command that we protect has the cryptogram and the MAC that OpenPACE computes."""
    side.start_messaging()
    side.next_message()
    command = CommandApdu(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e", le=256)
    protected = session.protect(command)
    objects = {item.tag: item for item in iterate_tlv(protected.data)}
    suite = session.keys.suite
    assert side.encrypt(suite.pad(command.data)) == objects[0x87].value[1:]
    covered = suite.pad(protected.header) + suite.pad(objects[0x87].raw + objects[0x97].raw)
    assert side.authenticate(covered) == objects[0x8E].value
