"""A card straight from an application file: for the line's samples and for testers, without the office's case work."""

from collections.abc import Callable
from datetime import datetime

from enrolment.applications import Application, facts_of
from enrolment.capture.finger_session import FingerSession
from enrolment.capture.photo_session import PhotoSession
from enrolment.capture.pictures import CardPictures
from enrolment.errors import Incomplete
from enrolment.production.access_number import draw_can
from enrolment.production.chip_offer import chip_profile_of
from enrolment.production.numbers import DocumentNumberScheme
from enrolment.production.order import identify_document, plan_order
from enrolment.production.prepare import ChipIssuer, PreparedCard, prepare_card
from enrolment.rules.book import RuleBook
from enrolment.rules.checks.persons import fingerprints_are_due
from enrolment.rules.engine import explain
from enrolment.rules.findings import Stops
from station_config.model import Station

RandomBytes = Callable[[int], bytes]


def take_pictures(
    application: Application, book: RuleBook, photo: PhotoSession, fingers: FingerSession
) -> CardPictures:
    """Portrait and prints of the files that the application names, as strictly judged as at the desk.

    Raises: Incomplete where a picture is missing, PhotoRefused, PrintsRefused, PhotoError, FingerprintError.
    """
    files = application.files
    if files.portrait is None:
        raise Incomplete("files.portrait: a portrait is wanted")
    due = fingerprints_are_due(facts_of(application), book)
    if due and len(files.fingers) + len(files.missing) < fingers.policy.fingers_wanted:
        raise Incomplete("files.fingers: two prints, or the reasons why they are missing, are wanted")
    portrait = photo.take(files.portrait)
    signature = files.signature.read_bytes() if files.signature is not None else None
    prints = fingers.from_files(files.fingers) if due else ()
    return CardPictures(portrait.portrait_png, portrait.chip_portrait, prints, signature)


def build_card(
    application: Application,
    station: Station,
    book: RuleBook,
    sessions: tuple[PhotoSession, FingerSession],
    issuer: ChipIssuer,
    scheme: DocumentNumberScheme,
    moment: datetime,
    random_bytes: RandomBytes,
) -> PreparedCard:
    """One card, whole and not yet made. Raises as its parts do."""
    lawful = explain(facts_of(application), book)
    lawful.refuse("this application", Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION)
    identity = identify_document(application, book, scheme.draw(random_bytes), draw_can(random_bytes), moment.date())
    order = plan_order(application.person, facts_of(application), identity, station, book)
    pictures = take_pictures(application, book, *sessions)
    profile = chip_profile_of(station.chip, application.chip, issuer.trust_point)
    return prepare_card(order, pictures, profile, issuer, moment, random_bytes)
