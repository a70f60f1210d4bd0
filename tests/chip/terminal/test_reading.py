"""What the terminal makes of DG14, and cards of the field that keep to the standard in another way than ours."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.checks import Outcome
from chip.crypto.domain_parameters import CURVES
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.lds.chip_profile import ChipProfile
from chip.lds.dg14 import DG14
from chip.lds.master_files import AtrInfo
from chip.lds.security_infos import ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, PaceInfo
from chip.oids import CHIP_AUTHENTICATION, PACE, PUBLIC_KEY_DH, PUBLIC_KEY_ECDH
from chip.pki.public_key import DhPublicKey, EcPublicKey
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.contents import Contents, decode_contents
from chip.terminal.policy import AccessPolicy
from chip.terminal.reading import listed_groups
from chip.terminal.report import Verdict
from chip.terminal.stated_keys import static_keys
from chip.virtual_card import emrtd, file_commands
from chip.virtual_card.session import Answer, CardState, Refused, World
from chip_support.issued_cards import Issue, IssuedCard, Look

BRAINPOOL = CURVES["brainpoolP256r1"]
EC_KEY = EcPublicKey(BRAINPOOL, BRAINPOOL.gx, BRAINPOOL.gy).encode()


def stated(key_id: int | None = None, raw: bytes = EC_KEY) -> ChipAuthenticationPublicKeyInfo:
    return ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, raw, key_id)


def info(arcs: str, key_id: int | None = None) -> ChipAuthenticationInfo:
    return ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.{arcs}", key_id)


def found(
    keys: tuple[ChipAuthenticationPublicKeyInfo, ...], *infos: ChipAuthenticationInfo
) -> list[tuple[str, int | None]]:
    return [(key.algorithm.name, key.key_id) for key in static_keys(keys, infos)]


def test_several_infos_for_one_key_without_an_id_give_the_strongest_first() -> None:
    assert found((stated(),), info("2.1"), info("2.2"), info("2.4")) == [
        ("CA-ECDH-AES-CBC-CMAC-256", None),
        ("CA-ECDH-AES-CBC-CMAC-128", None),
        ("CA-ECDH-3DES-CBC-CBC", None),
    ]


def test_an_info_goes_with_the_key_of_its_id() -> None:
    keys = (stated(1), stated(2))
    assert found(keys, info("2.2", 1), info("2.4", 2)) == [
        ("CA-ECDH-AES-CBC-CMAC-256", 2),
        ("CA-ECDH-AES-CBC-CMAC-128", 1),
    ]
    assert found((stated(1),), info("2.2", 9)) == []


def test_a_key_without_any_info_means_triple_des() -> None:
    assert found((stated(3),)) == [("CA-ECDH-3DES-CBC-CBC", 3)]


def test_integers_modulo_a_known_prime_are_keys_too() -> None:
    group = MODULAR_GROUPS[2]
    raw = DhPublicKey(group.p, group.g, pow(group.g, 12345, group.p)).encode()
    key = ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_DH, raw)
    (usable,) = static_keys((key,), (info("1.2"), info("2.2")))
    assert usable.algorithm.name == "CA-DH-AES-CBC-CMAC-128"
    usable.group.check(usable.public_key)


def test_keys_that_are_not_understood_are_passed_over() -> None:
    foreign_group = DhPublicKey(2**127 - 1, 3, 5).encode()
    keys = (stated(raw=b"\x30\x00"), ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_DH, foreign_group))
    assert found(keys, info("2.2"), info("1.2")) == []
    assert found((stated(),), ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.9.9")) == []


def test_groups_are_those_of_either_list(card: IssuedCard) -> None:
    assert listed_groups(decode_contents(card.files)) == (1, 2, 3, 14, 15)
    assert listed_groups(decode_contents({"EF.SOD": card.files["EF.SOD"]})) == (1, 2, 3, 14, 15)
    assert listed_groups(Contents()) == ()


Handler = Callable[[CardState, CommandApdu, World], Answer]


def refusing(handler: Handler, is_refused: Callable[[CommandApdu], bool], sw: int) -> Handler:
    def answer(state: CardState, command: CommandApdu, world: World) -> Answer:
        if is_refused(command):
            raise Refused(sw)
        return handler(state, command, world)

    return answer


def test_a_card_that_knows_no_short_identifiers_under_secure_messaging_is_read(
    card: IssuedCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = refusing(emrtd.PROTECTED[0xB0], lambda command: bool(command.p1 & 0x80), status.WRONG_PARAMETERS)
    monkeypatch.setattr(emrtd, "PROTECTED", MappingProxyType({**emrtd.PROTECTED, 0xB0: reads}))
    report = Look(card).report()
    assert report.verdict is Verdict.BELIEVED
    assert sum(note.name.startswith("SELECT EF.") for note in report.notes) >= 6


def test_a_card_that_knows_no_set_kat_is_asked_in_the_other_form(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = ChipProfile(chip_authentication=f"{CHIP_AUTHENTICATION}.2.1", pace=(PaceInfo(f"{PACE}.2.2", 13),))
    templates = {code: handler for code, handler in emrtd.TEMPLATES_PROTECTED.items() if code != 0x41A6}
    monkeypatch.setattr(emrtd, "TEMPLATES_PROTECTED", MappingProxyType(templates))
    report = Look(issue(profile)).report()
    assert report.check("chip_authentication").outcome is Outcome.PASSED
    assert [note.name for note in report.notes if "(CA)" in note.name or "KAT" in note.name] == [
        "MSE:Set KAT",
        "MSE:Set AT (CA)",
        "GENERAL AUTHENTICATE (CA)",
    ]


@pytest.mark.parametrize("answer", [b"", b"\x7c\x02\x81\x00", b"\x7d\x00", b"\x7c\x05\x00"])
def test_a_malformed_answer_to_chip_authentication_is_the_chips_failure_and_the_rest_is_read(
    card: IssuedCard, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    agree = emrtd.PROTECTED[0x86]

    def evasive(state: CardState, command: CommandApdu, world: World) -> Answer:
        return replace(agree(state, command, world), response=ResponseApdu(answer, status.SUCCESS))

    monkeypatch.setattr(emrtd, "PROTECTED", MappingProxyType({**emrtd.PROTECTED, 0x86: evasive}))
    report = Look(card).report()
    assert [check.name for check in report.checks if check.outcome is Outcome.FAILED] == ["chip_authentication"]
    assert "the chip's answer is malformed" in report.check("chip_authentication").evidence
    assert report.check("active_authentication").outcome is Outcome.PASSED
    assert report.verdict is Verdict.REFUSED


def test_a_key_id_that_cannot_be_named_is_a_finding(card: IssuedCard) -> None:
    infos = tuple(
        replace(item, key_id=-5) if isinstance(item, ChipAuthenticationInfo | ChipAuthenticationPublicKeyInfo) else item
        for item in DG14.decode(card.files["EF.DG14"]).infos
    )
    report = Look(card, files={**card.files, "EF.DG14": DG14(infos).encode()}).report()
    assert report.check("chip_authentication").outcome is Outcome.INCONCLUSIVE
    assert report.verdict is Verdict.REFUSED  # its hash is not the signed one


def test_fingerprints_that_a_card_does_not_close_are_read_without_a_key(
    card: IssuedCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_commands, "may_read", lambda rule, session: True)
    report = Look(card).report()
    assert report.check("terminal_authentication").outcome is Outcome.NOT_APPLICABLE
    assert report.files["EF.DG3"] == card.files["EF.DG3"]


def test_an_unreadable_card_access_does_not_hide_the_rest_of_a_card_that_opens_by_bac(card: IssuedCard) -> None:
    policy = AccessPolicy(mrz_information=card.mrz_information, access="bac")
    report = Look(card, access=policy, files={**card.files, "EF.CardAccess": b"\x31\x03\x30\x01\x00"}).report()
    assert report.access.protocol == "BAC"
    assert report.check("access.downgrade").outcome is Outcome.INCONCLUSIVE
    assert report.check("chip_authentication").outcome is Outcome.PASSED


def test_a_card_without_pace_and_without_dg14_has_nothing_to_downgrade(issue: Issue) -> None:
    old = issue(ChipProfile(access="bac", data_groups=(1, 2)))
    report = Look(old, access=AccessPolicy(mrz_information=old.mrz_information, access="auto")).report()
    assert report.check("access.downgrade").outcome is Outcome.NOT_APPLICABLE
    assert report.check("chip_authentication").outcome is Outcome.NOT_APPLICABLE
    assert report.check("terminal_authentication").outcome is Outcome.NOT_APPLICABLE
    assert report.verdict is Verdict.BELIEVED


def test_a_card_with_small_buffers_is_given_its_certificates_in_chains(
    card: IssuedCard, terminal: TerminalIdentity
) -> None:
    files = {**card.files, "EF.ATR_INFO": AtrInfo(264, 300).encode()}
    report = Look(card, files=files, terminal=terminal).report()
    assert report.check("terminal_authentication").outcome is Outcome.PASSED
    assert report.verdict is Verdict.BELIEVED
    assert max(note.sent_bytes for note in report.notes) <= 264
    assert max(note.received_bytes for note in report.notes) <= 300
    headers = [note.header for note in report.notes if note.name.startswith("PSO")]
    assert headers[:2] == ["1C2A00BE", "0C2A00BE"]


def test_a_card_without_a_trust_point_for_terminals_is_believed_and_keeps_its_fingerprints(
    issue: Issue, terminal: TerminalIdentity
) -> None:
    report = Look(issue(ChipProfile()), terminal=terminal).report()
    assert report.check("terminal_authentication").outcome is Outcome.UNAVAILABLE
    assert report.check("lds.structure").outcome is Outcome.PASSED
    assert report.verdict is Verdict.BELIEVED


def test_fingerprints_that_are_open_and_cannot_be_read_are_a_finding(
    card: IssuedCard, terminal: TerminalIdentity
) -> None:
    claims_more = card.files["EF.DG3"][:2] + b"\xff\xff" + card.files["EF.DG3"][4:]
    report = Look(card, files={**card.files, "EF.DG3": claims_more}, terminal=terminal).report()
    assert report.check("terminal_authentication").outcome is Outcome.PASSED
    assert "EF.DG3" in report.check("lds.structure").evidence
    assert report.verdict is Verdict.REFUSED


@pytest.mark.parametrize("missing", ["EF.COM", "EF.SOD", "EF.DG2", "EF.DG14", "EF.DG15"])
def test_a_missing_file_is_a_finding_about_structure(card: IssuedCard, missing: str) -> None:
    files = {name: raw for name, raw in card.files.items() if name != missing}
    report = Look(card, files=files).report()
    assert report.verdict is Verdict.REFUSED
    assert report.check("lds.structure").outcome is Outcome.FAILED
    assert missing in report.check("lds.structure").evidence


def test_a_group_that_only_the_signature_lists_is_read_and_chip_authentication_run(card: IssuedCard) -> None:
    com = bytes.fromhex("60145F0104303130375F36063034303030305C0261 75".replace(" ", ""))
    report = Look(card, files={**card.files, "EF.COM": com}).report()
    assert report.check("chip_authentication").outcome is Outcome.PASSED
    assert report.check("active_authentication").outcome is Outcome.PASSED
    assert report.check("lds.structure").outcome is Outcome.FAILED
    assert "EF.COM leaves out DG3" in report.check("lds.structure").evidence
