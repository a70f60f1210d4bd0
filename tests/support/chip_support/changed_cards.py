"""Cards that were changed on purpose, by the names that the table of docs/inspection.md gives each change.

Bits are drawn with a fixed seed, ten to a change, or as many as STATION_MUTATIONS_PER_ROW says.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.elementary_files import data_group_file
from chip.lds.card_access import CardAccess
from chip.lds.chip_profile import ChipProfile
from chip.lds.com import COM
from chip.lds.dg1 import MRZ_CHARACTERS
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ChipAuthenticationPublicKeyInfo, PaceInfo, in_der_order
from chip.lds.sod import SOD
from chip.pki.certificate import Certificate
from chip.pki.pki_folder import PkiFolder
from chip.pki.trust_store import TrustStore
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.policy import AccessPolicy
from chip.tlv import encode_tlv
from chip.transport.channel import Channel
from chip_support.issued_cards import NOW, PREPARED, Issue, IssuedCard, Look

Files = dict[str, bytes]
FLIPS_PER_CHANGE = int(os.environ.get("STATION_MUTATIONS_PER_ROW", "10"))


def flipped(files: Mapping[str, bytes], name: str, bit: int) -> Files:
    raw = bytearray(files[name])
    raw[bit // 8] ^= 1 << bit % 8
    return {**files, name: bytes(raw)}


def is_octet(octet: int) -> bool:
    return 0 <= octet <= 0xFF


def flips(
    card: IssuedCard, name: str, places: range | list[int], keep: Callable[[int], bool] = is_octet
) -> Iterator[Look]:
    """Looks at copies of the card with one bit flipped inside `places` whose flipped byte passes `keep`."""
    raw = card.files[name]
    bits = [place * 8 + bit for place in places for bit in range(8) if keep(raw[place] ^ 1 << bit)]
    drawn = random.Random(name + str(bits[:1])).sample(bits, min(FLIPS_PER_CHANGE, len(bits)))
    for bit in drawn:
        yield Look(card, files=flipped(card.files, name, bit))


def within(card: IssuedCard, name: str, inner: bytes) -> range:
    """Where `inner` stands in a file."""
    start = card.files[name].index(inner)
    return range(start, start + len(inner))


def outside(card: IssuedCard, name: str, *parts: range) -> list[int]:
    """The places of a file behind its own tag and length and outside of `parts`."""
    behind = header_length(card.files[name])
    return [place for place in range(behind, len(card.files[name])) if not any(place in part for part in parts)]


def header_length(raw: bytes) -> int:
    return 2 if raw[1] < 0x80 else 2 + (raw[1] & 0x7F)


def is_zone_character(octet: int) -> bool:
    return octet in MRZ_CHARACTERS


def is_no_zone_character(octet: int) -> bool:
    return octet not in MRZ_CHARACTERS


def is_digit(octet: int) -> bool:
    return 0x30 <= octet <= 0x39


class Sod:
    """The places of EF.SOD that the table tells apart."""

    def __init__(self, card: IssuedCard) -> None:
        decoded = SOD.decode(card.files["EF.SOD"])
        self.hashes = decoded.security_object.hashes
        self.signature = within(card, "EF.SOD", decoded.signed_data.signers[0].signature)
        certificate = decoded.signed_data.certificates[0]
        self.certificate = within(card, "EF.SOD", certificate)
        signature_value = Certificate.decode(certificate).signature
        self.certificate_signature = within(card, "EF.SOD", signature_value)
        self.hash_places = {number: within(card, "EF.SOD", value) for number, value in self.hashes.items()}
        self.dg1, self.dg3 = self.hash_places[1], self.hash_places[3]


def without(card: IssuedCard, number: int) -> Files:
    com = COM.decode(card.files["EF.COM"])
    groups = tuple(group for group in com.data_groups if group != number)
    return {**card.files, "EF.COM": replace(com, data_groups=groups).encode()}


def with_dg7(card: IssuedCard, *, is_there: bool) -> Files:
    com = COM.decode(card.files["EF.COM"])
    files = {**card.files, "EF.COM": replace(com, data_groups=(*com.data_groups, 7)).encode()}
    return {**files, "EF.DG7": PREPARED[7]} if is_there else files


def with_other_pace_info(card: IssuedCard) -> Files:
    infos = DG14.decode(card.files["EF.DG14"]).infos
    other = tuple(replace(info, parameter_id=12) if isinstance(info, PaceInfo) else info for info in infos)
    return {**card.files, "EF.DG14": DG14(in_der_order(*other)).encode()}


def with_key_of(card: IssuedCard, other: IssuedCard) -> Files:
    (foreign,) = DG14.decode(other.files["EF.DG14"]).of_kind(ChipAuthenticationPublicKeyInfo)
    infos = DG14.decode(card.files["EF.DG14"]).infos
    swapped = tuple(foreign if isinstance(info, ChipAuthenticationPublicKeyInfo) else info for info in infos)
    return {**card.files, "EF.DG14": DG14(in_der_order(*swapped)).encode()}


def with_second_offer(card: IssuedCard) -> Files:
    infos = CardAccess.decode(card.files["EF.CardAccess"]).infos
    (pace,) = (info for info in infos if isinstance(info, PaceInfo))
    return {**card.files, "EF.CardAccess": CardAccess(in_der_order(pace, replace(pace, parameter_id=99))).encode()}


class BentAnswer:
    """A channel that flips one bit in the MAC of the answer to the n-th protected command."""

    def __init__(self, channel: Channel, number: int) -> None:
        self._channel, self._left = channel, number

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        response = self._channel.transmit(command)
        if command.cla & 0x0C:
            self._left -= 1
            if self._left == 0:
                return replace(response, data=response.data[:-1] + bytes([response.data[-1] ^ 1]))
        return response

    def reset(self) -> bytes:
        return self._channel.reset()

    def close(self) -> None:
        self._channel.close()


@dataclass(frozen=True)
class World:
    """The card that is changed, another one, and other PKIs."""

    card: IssuedCard
    other: IssuedCard
    issue: Issue
    profile: ChipProfile
    ceremony: Callable[[str], PkiFolder]
    terminal: TerminalIdentity


def ef_com(world: World, *, digits: bool) -> Iterator[Look]:
    card = world.card
    com = card.files["EF.COM"]
    versions = [place for place in range(len(com)) if is_digit(com[place]) and place in (5, 6, 7, 8, *range(12, 18))]
    assert len(versions) == 10
    if digits:
        return flips(card, "EF.COM", versions, is_digit)
    return flips(card, "EF.COM", [place for place in range(len(com)) if place not in versions])


def dg1(world: World, keep: Callable[[int], bool]) -> Iterator[Look]:
    return flips(world.card, "EF.DG1", within(world.card, "EF.DG1", "".join(world.card.mrz_lines).encode()), keep)


def headers(world: World) -> Iterator[Look]:
    for number in (1, 2, 15):
        name = data_group_file(number).name
        yield from flips(world.card, name, range(header_length(world.card.files[name])))


def dg2(world: World, *, image: bool) -> Iterator[Look]:
    raw = world.card.files["EF.DG2"]
    start = raw.index(bytes.fromhex("0000000C6A5020200D0A870A"))
    inside = range(start, len(raw))
    return flips(world.card, "EF.DG2", inside if image else outside(world.card, "EF.DG2", inside))


def opened_dg3(world: World) -> Iterator[Look]:
    for look in flips(world.card, "EF.DG3", range(len(world.card.files["EF.DG3"]))):
        yield replace(look, terminal=world.terminal)


def sod_rest(world: World) -> Iterator[Look]:
    sod = Sod(world.card)
    return flips(
        world.card,
        "EF.SOD",
        outside(world.card, "EF.SOD", sod.certificate, sod.signature, *sod.hash_places.values()),
    )


def certificate_rest(world: World) -> Iterator[Look]:
    sod = Sod(world.card)
    places = [place for place in sod.certificate if place not in sod.certificate_signature]
    return flips(world.card, "EF.SOD", places)


def clone(world: World, **foreign: bytes | None) -> Iterator[Look]:
    yield Look(world.card, secrets=replace(world.card.secrets, **foreign))


def one(look: Look) -> Iterator[Look]:
    yield look


def bent_answers(world: World, *numbers: int) -> Iterator[Look]:
    """Counted from SELECT of the application, EF.COM, DG14, MSE:Set AT and GENERAL AUTHENTICATE; then EF.SOD."""
    for number in numbers:
        yield Look(world.card, through=lambda channel, number=number: BentAnswer(channel, number))


def other_document_signer(world: World) -> Iterator[Look]:
    """The certificate of another trusted signer in place of the one that signed."""
    other = world.issue(world.profile, signed_by=world.ceremony("nist256"))
    mine, theirs = (SOD.decode(card.files["EF.SOD"]).signed_data.certificates[0] for card in (world.card, other))
    raw = world.card.files["EF.SOD"]
    swapped = exchanged(raw, raw.index(mine), theirs)
    trust = TrustStore(
        (*world.card.trust.anchors, *other.trust.anchors),
        revocation_lists=(*world.card.trust.revocation_lists, *other.trust.revocation_lists),
    )
    yield Look(world.card, files={**world.card.files, "EF.SOD": swapped}, trust=trust)


def exchanged(raw: bytes, at: int, new: bytes) -> bytes:
    """The data object `raw` with the one at `at` in it exchanged, and every length around made to fit."""
    if at == 0:
        return new
    parts, position = [], header_length(raw)
    while position < len(raw):
        end = position + tlv_length(raw[position:])
        part = raw[position:end]
        parts.append(exchanged(part, at - position, new) if position <= at < end else part)
        position = end
    return encode_tlv(raw[0], *parts)


def tlv_length(raw: bytes) -> int:
    header = header_length(raw)
    length = raw[1] if raw[1] < 0x80 else int.from_bytes(raw[2:header], "big")
    return header + length


def downgraded(world: World) -> Iterator[Look]:
    files = {name: raw for name, raw in world.card.files.items() if name != "EF.CardAccess"}
    access = AccessPolicy(can="271828", mrz_information=world.card.mrz_information, access="auto")
    yield Look(world.card, files=files, access=access)


def issued_by(world: World, profile_name: str, days_ago: int = 0) -> Iterator[Look]:
    signer = world.ceremony(profile_name)
    yield Look(world.issue(world.profile, signed_by=signer, moment=NOW - timedelta(days=days_ago)))


def namesake(world: World) -> Iterator[Look]:
    yield Look(world.card, trust=world.ceremony("brainpool256").trust_store())


CHANGES: dict[str, Callable[[World], Iterator[Look]]] = {
    "EF.COM: a digit of a version, for another": lambda w: ef_com(w, digits=True),
    "EF.COM: any other bit": lambda w: ef_com(w, digits=False),
    "EF.COM: a data group left out": lambda w: one(Look(w.card, files=without(w.card, 2))),
    "EF.COM: a data group added": lambda w: one(Look(w.card, files=with_dg7(w.card, is_there=False))),
    "DG1: a character, for another": lambda w: dg1(w, is_zone_character),
    "DG1: a character, for what is none": lambda w: dg1(w, is_no_zone_character),
    "DG1, DG2, DG15: tag and length of the file": headers,
    "DG2: any bit of the image": lambda w: dg2(w, image=True),
    "DG2: any bit around the image": lambda w: dg2(w, image=False),
    "DG3, closed to this terminal: any bit": lambda w: flips(w.card, "EF.DG3", outside(w.card, "EF.DG3")),
    "DG3, opened to this terminal: any bit": opened_dg3,
    "DG14: any bit": lambda w: flips(w.card, "EF.DG14", outside(w.card, "EF.DG14")),
    "DG14: another PACEInfo": lambda w: one(Look(w.card, files=with_other_pace_info(w.card))),
    "DG14: another chip's key": lambda w: one(Look(w.card, files=with_key_of(w.card, w.other))),
    "DG15: any bit of the key": lambda w: flips(w.card, "EF.DG15", outside(w.card, "EF.DG15")),
    "DG15: another chip's key": lambda w: one(
        Look(w.card, files={**w.card.files, "EF.DG15": w.other.files["EF.DG15"]})
    ),
    "EF.SOD: the hash of a data group that was read": lambda w: flips(w.card, "EF.SOD", Sod(w.card).dg1),
    "EF.SOD: the hash of a data group that was not read": lambda w: flips(w.card, "EF.SOD", Sod(w.card).dg3),
    "EF.SOD: the signature": lambda w: flips(w.card, "EF.SOD", Sod(w.card).signature),
    "EF.SOD: the signature in the Document Signer's certificate": lambda w: flips(
        w.card, "EF.SOD", Sod(w.card).certificate_signature
    ),
    "EF.SOD: any other bit of the Document Signer's certificate": certificate_rest,
    "EF.SOD: any other bit": sod_rest,
    "EF.CardAccess: another version or parameter id beside the offer that is used": lambda w: one(
        Look(w.card, files=with_second_offer(w.card))
    ),
    "EF.CardAccess: any bit (the card stays shut where its offer is no longer understood)": lambda w: flips(
        w.card, "EF.CardAccess", range(len(w.card.files["EF.CardAccess"]))
    ),
    "EF.ATR/INFO: any bit": lambda w: flips(w.card, "EF.ATR_INFO", range(len(w.card.files["EF.ATR_INFO"]))),
    "EF.DIR: any bit": lambda w: flips(w.card, "EF.DIR", range(len(w.card.files["EF.DIR"]))),
    "EF.CVCA, without a terminal key: any bit": lambda w: flips(w.card, "EF.CVCA", range(len(w.card.files["EF.CVCA"]))),
    "A copy without the key of DG14": lambda w: clone(
        w, chip_authentication_key=w.other.secrets.chip_authentication_key
    ),
    "A copy without the key of DG15": lambda w: clone(
        w, active_authentication_key=w.other.secrets.active_authentication_key
    ),
    "A data group on the chip that EF.SOD does not list": lambda w: one(
        Look(w.card, files=with_dg7(w.card, is_there=True))
    ),
    "Another card's printed zone": lambda w: one(
        Look(w.card, printed=(w.card.mrz_lines[0], "8503121F3101312LUX<<<<<<<<<<<2", w.card.mrz_lines[2]))
    ),
    "The MAC of the first answer under the keys of Chip Authentication, on the way": lambda w: bent_answers(w, 6),
    "Any other answer's MAC, on the way": lambda w: bent_answers(w, 2, 4, 5, 7, 9),
    "EF.CardAccess without PACE, so that BAC is used": downgraded,
    "Another Document Signer's certificate in EF.SOD": other_document_signer,
    "A CSCA of the same name is trusted, not this one": namesake,
    "An expired Document Signer": lambda w: issued_by(w, "expired-ds", days_ago=3790),
    "A revoked Document Signer": lambda w: issued_by(w, "revoked-ds"),
    "No CSCA is trusted at all": lambda w: one(Look(w.card, trust=TrustStore(()))),
}
