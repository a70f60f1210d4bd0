"""No key, nonce, password or random number of a session stands in a report: every one of them is searched for."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chip.lds.chip_profile import ChipProfile
from chip.lds.security_infos import PaceInfo
from chip.oids import PACE
from chip.personalisation.chip_objects import trust_objects
from chip.pki.pki_folder import PkiFolder
from chip.protocols import secure_messaging
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.html_report import to_html
from chip.terminal.inspect import inspect
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip_support.issued_cards import CAN, TODAY, Issue, IssuedCard

SHORTEST_NEEDLE_BYTES = 6  # shorter ones are found by chance in half a megabyte of hexadecimal and base64
PROTOCOLS = {
    "generic mapping with the CAN": ("pace", (PaceInfo(f"{PACE}.2.4", 13),), "can"),
    "integrated mapping with the MRZ": ("pace", (PaceInfo(f"{PACE}.4.2", 13),), "mrz"),
    "chip authentication mapping": ("pace", (PaceInfo(f"{PACE}.6.2", 13),), "can"),
    "BAC": ("bac", (), "mrz"),
}


class Secrets:
    """What both sides drew and derived."""

    def __init__(self) -> None:
        self.needles: set[bytes] = set()

    def random_bytes(self, length: int) -> bytes:
        drawn = os.urandom(length)
        self.needles.add(drawn)
        return drawn

    def keys_of(self, pkcs8: bytes | None) -> None:
        """A private key as it is stored, and every run of 32 bytes inside it."""
        if pkcs8 is not None:
            self.needles.update(pkcs8[at : at + 32] for at in range(0, len(pkcs8) - 31, 8))


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    """Also collects each session key that either side computes, whatever the protocol."""
    found = Secrets()
    derive = secure_messaging.SessionKeys.from_secret.__func__

    def noted(cls: type[secure_messaging.SessionKeys], secret: bytes, suite: object) -> secure_messaging.SessionKeys:
        keys = derive(cls, secret, suite)
        found.needles.update((secret, keys.encryption, keys.mac))
        return keys

    monkeypatch.setattr(secure_messaging.SessionKeys, "from_secret", classmethod(noted))
    yield found


def forms(needle: bytes) -> Iterator[str]:
    """How octets may stand in a text: hexadecimal, a Python value, a number, base64 at any of three offsets."""
    yield needle.hex()
    yield repr(needle)[2:-1].lower()
    yield str(int.from_bytes(needle, "big"))
    for shift in range(3):
        inner = base64.b64encode(bytes(shift) + needle).decode()
        yield inner[4 if shift else 0 : -4].lower()


@pytest.mark.parametrize("name", PROTOCOLS)
def test_no_secret_of_a_session_stands_in_its_report(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, secrets: Secrets, name: str
) -> None:
    access, offers, password = PROTOCOLS[name]
    reference = pki.cv_certificate("cvca").holder_reference
    profile = ChipProfile(access=access, cvca_references=(reference,), **({"pace": offers} if offers else {}))
    card: IssuedCard = issue(profile.with_active_authentication("rsa-2048"))
    believes = trust_objects(pki.cv_certificate("cvca").raw, TODAY)
    played = VirtualCard(
        CardMemory.personalised(card.built.image, card.secrets, believes), random_bytes=secrets.random_bytes
    )
    known = {"can": CAN} if password == "can" else {"mrz_information": card.mrz_information}
    report = inspect(
        LoopbackChannel(played),
        AccessPolicy(**known, access=access),
        card.trust,
        TODAY,
        terminal=terminal,
        random_bytes=secrets.random_bytes,
    )
    assert report.verdict is Verdict.BELIEVED
    secrets.keys_of(card.secrets.chip_authentication_key)
    secrets.keys_of(card.secrets.active_authentication_key)
    texts = {
        "page": to_html(report).lower(),
        "JSON": json.dumps(report.to_json()).lower(),
        "the report's own words": repr(replace(report, files={})).lower(),
    }
    needles = {needle for needle in secrets.needles if len(needle) >= SHORTEST_NEEDLE_BYTES}
    assert len(needles) > 20
    shown = card.mrz_lines[1].encode()  # the zone is shown: whoever searches like this finds what is there
    assert any(form in texts["JSON"] for form in forms(shown))
    for needle in needles:
        for form in forms(needle):
            assert not [where for where, text in texts.items() if len(form) > 7 and form in text]
    without_pictures = [text for where, text in texts.items() if where != "page"]
    assert not any(CAN in text for text in without_pictures)
