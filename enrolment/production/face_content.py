"""What is printed on one ordered card: the order, its zone and its portrait, put into the artwork's words."""

from collections.abc import Sequence

from enrolment.capture.pictures import CardPictures
from enrolment.production.artwork import CardFaceContent
from enrolment.production.order import CardOrder
from enrolment.state_names import state_name


def face_content_of(order: CardOrder, mrz_lines: Sequence[str], pictures: CardPictures) -> CardFaceContent:
    """The two faces' content; printed are the portrait and the signature of `pictures`.

    Raises: ContentInvalid naming the field where the zone and the order disagree or a text cannot be printed.
    """
    return CardFaceContent(
        titles=order.titles,
        document_number=order.document_number,
        can=order.can,
        surname=order.surname,
        given_names=order.given_names,
        sex=order.sex,
        nationality_code=order.nationality,
        nationality_name=state_name(order.nationality),
        birth_date=order.birth_date.printed(),
        permit_type=order.permit_type,
        issue_date=order.issue_date,
        expiry_date=order.expiry_date,
        remarks=order.remarks,
        portrait=pictures.portrait,
        signature_png=pictures.signature,
        place_of_issue=order.place_of_issue,
        authority=order.authority,
        birth_place=order.birth_place,
        mrz_lines=tuple(mrz_lines),
        country=order.issuing_state,
    )
