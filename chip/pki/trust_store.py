"""What an inspection trusts: CSCA certificates, the links between them, and revocation lists (Doc 9303-12 §4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from chip.errors import ChipError, PkiError
from chip.pki.certificate import Certificate, load_certificate, same_name
from chip.pki.crl import RevocationList, load_crl
from chip.pki.master_list import MasterList, load_master_list

CERTIFICATE_SUFFIXES = frozenset((".der", ".cer", ".crt", ".pem"))
LONGEST_ROW_OF_LINKS = 5


class Missing(StrEnum):
    """Why no chain was found, from the least said to the most."""

    COUNTRY = "the trust store has no CSCA of the issuer's country"
    NAME = "no CSCA in the trust store has the issuer's name"
    KEY = "a CSCA of the issuer's name is trusted, but the signature is not that of its key"
    LINK = "the CSCA that signed is only linked to a CSCA that is not trusted"


@dataclass(frozen=True, slots=True)
class Chain:
    """From the Document Signer up to the anchor, both included; empty, with what is `missing`, where there is none."""

    certificates: tuple[Certificate, ...]
    missing: Missing | None = None


class RevocationState(StrEnum):
    """What the lists say of one certificate."""

    GOOD = "not revoked"
    REVOKED = "revoked"
    OUTDATED = "not on the newest list, whose successor is overdue"
    NO_LIST = "no revocation list of its issuer"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Anchors are trusted as they are; links carry that trust to a successor's key.

    `notes` say what was found and not trusted, one sentence each.
    """

    anchors: tuple[Certificate, ...]
    links: tuple[Certificate, ...] = ()
    revocation_lists: tuple[RevocationList, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "TrustStore":
        """The anchors, links, lists and master lists of a folder; other certificates in it are passed over.

        A master list counts when its signer's chain ends in one of the folder's own anchors; else a note says so.
        Raises PkiError when the folder is missing or a file cannot be read.
        """
        if not folder.is_dir():
            raise PkiError(f"trust folder {folder}: no such folder")
        found = sorted(path for path in folder.iterdir() if path.is_file())
        certificates = [load_certificate(path) for path in found if path.suffix.lower() in CERTIFICATE_SUFFIXES]
        anchors, links = _anchors_and_links(certificates)
        store = cls(anchors, links, tuple(load_crl(path) for path in found if path.suffix.lower() == ".crl"))
        for path in found:
            if path.suffix.lower() == ".ml":
                store = store._with_master_list_or_note(path, load_master_list(path))
        return store

    def with_master_list(self, master_list: MasterList) -> "TrustStore":
        """This store and the self-signed CSCAs and links of a master list.

        Raises PkiError when its signature does not hold, or its signer's chain does not end in an anchor of this store.
        """
        signer = master_list.verify_signature()
        chain = self.find_chain(signer)
        if chain.missing is not None:
            raise PkiError(f"the master list's signer: {chain.missing}")
        known = {certificate.raw for certificate in (*self.anchors, *self.links)}
        anchors, links = _anchors_and_links(item for item in master_list.certificates if item.raw not in known)
        return replace(self, anchors=(*self.anchors, *anchors), links=(*self.links, *links))

    def find_chain(self, certificate: Certificate) -> Chain:
        """The way from `certificate` to an anchor, by issuer's name, key identifier and signature."""
        return self._climb((certificate,), LONGEST_ROW_OF_LINKS)

    def authorities_named(self, name: bytes) -> tuple[Certificate, ...]:
        """The anchors and links whose subject is `name` (DER)."""
        return tuple(item for item in (*self.anchors, *self.links) if same_name(item.subject, name))

    def revocation_of(self, certificate: Certificate, issuer: Certificate, moment: datetime) -> RevocationState:
        """What the newest list that `issuer` signed says of `certificate` at `moment`."""
        lists = [item for item in self.revocation_lists if item.this_update <= moment and item.is_signed_by(issuer)]
        if not lists:
            return RevocationState.NO_LIST
        if any(certificate.serial_number in item.revoked for item in lists):
            return RevocationState.REVOKED
        newest = max(lists, key=lambda item: (item.number or 0, item.this_update))
        return RevocationState.GOOD if newest.is_current_on(moment) else RevocationState.OUTDATED

    def _with_master_list_or_note(self, path: Path, master_list: MasterList) -> "TrustStore":
        try:
            return self.with_master_list(master_list)
        except ChipError as error:
            return replace(self, notes=(*self.notes, f"{path.name} is not trusted: {error}"))

    def _climb(self, climbed: tuple[Certificate, ...], links_left: int) -> Chain:
        below = climbed[-1]
        named = self.authorities_named(below.issuer)
        if not named:
            country = any(item.country == below.country for item in self.anchors)
            return Chain((), Missing.NAME if country else Missing.COUNTRY)
        signers = [item for item in named if _key_identifiers_agree(below, item) and below.is_signed_by(item)]
        for signer in signers:
            if signer in self.anchors:
                return Chain((*climbed, signer))
        for signer in signers:
            if links_left and signer not in climbed:
                chain = self._climb((*climbed, signer), links_left - 1)
                if chain.missing is None:
                    return chain
        return Chain((), Missing.LINK if signers else Missing.KEY)


def is_authority(certificate: Certificate) -> bool:
    """Whether a certificate may sign certificates (Doc 9303-12 table 6); CSCAs before 2004 had no KeyUsage."""
    return certificate.is_ca and (not certificate.key_usage or "key_cert_sign" in certificate.key_usage)


def _anchors_and_links(
    certificates: Iterable[Certificate],
) -> tuple[tuple[Certificate, ...], tuple[Certificate, ...]]:
    """The self-signed authorities, and the authorities that others signed."""
    anchors: list[Certificate] = []
    links: list[Certificate] = []
    for certificate in certificates:
        if is_authority(certificate):
            is_self_signed = certificate.is_self_issued and certificate.is_signed_by(certificate)
            (anchors if is_self_signed else links).append(certificate)
    return tuple(anchors), tuple(links)


def _key_identifiers_agree(below: Certificate, above: Certificate) -> bool:
    wanted, is_there = below.authority_key_identifier, above.subject_key_identifier
    return wanted is None or is_there is None or wanted == is_there
