"""Prepares one card: from an order and its pictures to the chip's files and keys and to what is printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import mrz
from chip.card_folder import CardDescription, CardFolder
from chip.lds.build import ChipContent, build_chip_image
from chip.lds.chip_profile import ChipProfile
from chip.lds.face_record import FaceImage, Gender
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.pki.cv_certificate import CvCertificate
from chip.pki.document_signer import ChipFileSigner
from enrolment.capture.pictures import CardPictures
from enrolment.production.additional_details import additional_details
from enrolment.production.artwork import CardFaceContent
from enrolment.production.face_content import face_content_of
from enrolment.production.order import CardOrder
from enrolment.production.zone import access_information_of, zone_of

GENDERS = {"F": Gender.FEMALE, "M": Gender.MALE, "X": Gender.UNSPECIFIED}
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class ChipIssuer:
    """Who signs the chip's files, and the trust point that opens its prints (None: they stay shut to everyone)."""

    signer: ChipFileSigner
    trust_point: CvCertificate | None


@dataclass(frozen=True, slots=True, repr=False)
class PreparedCard:
    """One card, whole and not yet made."""

    order: CardOrder
    zone: mrz.MachineReadableZone
    folder: CardFolder
    faces: CardFaceContent


def prepare_card(
    order: CardOrder,
    pictures: CardPictures,
    profile: ChipProfile,
    issuer: ChipIssuer,
    moment: datetime,
    random_bytes: RandomBytes,
) -> PreparedCard:
    """Zone, data groups, signature (verified with its chain before it is handed on) and faces of one card.

    `moment` is that of personalisation: by it the Document Signer is judged, never by the printed date.
    Raises: MrzError, EncodingError, PkiError, ContentInvalid, each naming what cannot be.
    """
    zone = zone_of(order)
    content = ChipContent(
        mrz="".join(zone.lines).encode("ascii"),
        face=FaceImage.of(pictures.chip_portrait, GENDERS[order.sex]),
        fingers=tuple(
            FingerImage.of(each.wsq, FingerPosition[each.position.upper()], each.quality) for each in pictures.prints
        ),
        prepared=additional_details(order, profile.data_groups, moment),
    )
    built = build_chip_image(content, profile, issuer.signer, moment, random_bytes)
    description = CardDescription(
        document_number=order.document_number,
        birth_date=order.birth_date.mrz(),
        expiry_date=f"{order.expiry_date:%y%m%d}",
        can=order.can,
        issuing_state=order.issuing_state,
        chip_profile=profile.access,
        chip_date=moment.date(),
    )
    return PreparedCard(
        order=order,
        zone=zone,
        folder=CardFolder(
            image=built.image,
            secrets=built.secrets(access_information_of(order), order.can),
            description=description,
            trust_point=issuer.trust_point.raw if issuer.trust_point is not None else None,
        ),
        faces=face_content_of(order, zone.lines, pictures),
    )
