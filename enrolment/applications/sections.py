"""Reads the sections of an application file into their values, one function each."""

from pathlib import Path

from enrolment.applications.lines import line, line_or_empty
from enrolment.applications.model import (
    ChipRequest,
    DocumentRequest,
    Files,
    MissingFinger,
    Passport,
    PersonDetails,
    Piece,
    PreviousCard,
    ProductRequest,
    ProtectionRemark,
    Representative,
    Residence,
    Sex,
    Sponsor,
)
from enrolment.applications.optional_keys import cents_or_none, one_of_or, words_or_none, yes_no_or_none
from enrolment.rules.catalogue import Product
from enrolment.rules.dates import PartialDate
from enrolment.rules.facts import CopyKind, Reason
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES
from enrolment.typed_table import Table
from mrz import states

RELATIONS = (
    "spouse",
    "partner",
    "child",
    "adult_child",
    "parent",
    "household_member",
    "health_care",
    "durable_partner",
    "other",
)
SPONSOR_CATEGORIES = ("salarie", "independant", "inactif", "etudiant")
CHANNELS = ("commune", "direction", "mail", "diplomatic_post")
ART10_CASES = ("pension", "early_retirement", "invalidity", "works_abroad")
AUTHENTICATIONS = ("legalisation", "apostille")
SIGNATORIES = ("employer", "employee")
PROMISE_WORDS = ("nature", "start", "term", "pay")
GUARDIANS = ("mother", "father", "parent", "guardian")
HANDS = ("right", "left")
FINGERS = ("thumb", "index", "middle", "ring", "little")
POSITIONS = tuple(f"{hand}_{finger}" for hand in HANDS for finger in FINGERS)
MISSING_REASONS = ("amputated", "bandaged", "damaged", "unreadable", "temporarily_impossible", "permanently_impossible")
CHIP_PROFILES = ("bac+pace", "pace", "bac")
CAN_LENGTH = 6
# Doc 9303-3 section 5: a withdrawn code is still read as issuing state, some codes are nationalities alone.
NATIONALITIES = frozenset(code for code, state in states().items() if state.role != "read")
ISSUING_STATES = frozenset(code for code, state in states().items() if state.role != "holder")
LAST_DATA_GROUP = 16


def product_request(table: Table) -> ProductRequest:
    """[product]."""
    book = rule_book()
    code = table.one_of("code", sorted(book.catalogue))
    product = book.catalogue[code]
    category = table.text_or("category", "")
    is_known = category in product.categories or (product.category_is_optional and not category)
    if product.categories and not is_known:
        table.refuse("category", f"one of {', '.join(sorted(product.categories))} is wanted for {code}")
    if not product.categories and category:
        table.refuse("category", f"{code} has no category of stay: leave the key out")
    article = ""
    if product.remark_by_article:
        article = table.one_of("withdrawal_article", sorted(product.remark_by_article))
    request = ProductRequest(
        code=code,
        reason=Reason(table.one_of("reason", [reason.value for reason in Reason])),
        filed_on=table.day("filed_on"),
        legal_basis=table.text_or("legal_basis", ""),
        category=category,
        withdrawal_article=article,
        held_special_card=table.yes_or_no("held_special_card", default=False),
        postmarked_on=table.day_or_none("postmarked_on"),
        received_on=table.day_or_none("received_on"),
        decided_expiry_date=table.day_or_none("decided_expiry_date"),
        recovery=_recovery(table, product),
        filed_via=one_of_or(table, "filed_via", CHANNELS),
        needs_entry_visa=yes_no_or_none(table, "needs_entry_visa"),
        art10_case=one_of_or(table, "art10_case", ART10_CASES),
    )
    table.finish()
    return request


def _recovery(table: Table, product: Product) -> str:
    known = sorted({recovery for piece in product.pieces for recovery in piece.recoveries})
    if not table.has("recovery"):
        return ""
    if not known:
        table.refuse("recovery", f"{product.code} cannot be recovered: leave the key out")
    return table.one_of("recovery", known)


def person_details(table: Table) -> PersonDetails:
    """[person]."""
    birth_text = table.raw("birth_date")
    try:
        birth_date = PartialDate.parse(str(birth_text))
    except ValueError:
        table.refuse("birth_date", "a date YYYY-MM-DD is wanted; parts that nobody knows are XX")
    nationalities = table.texts("nationalities")
    if not nationalities:
        table.refuse("nationalities", 'a list of three-letter codes is wanted, ["BRA"] for example')
    for code in nationalities:
        if code not in NATIONALITIES:
            table.refuse("nationalities", f"{code!r} is not a nationality code of Doc 9303-3")
    person = PersonDetails(
        surname=line(table, "surname"),
        given_names=line_or_empty(table, "given_names"),
        birth_date=birth_date,
        sex=Sex(table.one_of("sex", [sex.value for sex in Sex])),
        nationalities=nationalities,
        birth_place=line_or_empty(table, "birth_place"),
        latin_surname=line_or_empty(table, "latin_surname"),
        latin_given_names=line_or_empty(table, "latin_given_names"),
        language=one_of_or(table, "language", LANGUAGES),
        born_in_luxembourg=yes_no_or_none(table, "born_in_luxembourg"),
    )
    table.finish()
    return person


def _state(table: Table, key: str, codes: frozenset[str]) -> str:
    code = table.text(key)
    if code not in codes:
        known = states().get(code)
        why = "no code of Doc 9303-3" if known is None else "not a code that is wanted here"
        table.refuse(key, f"a three-letter state code is wanted; {code!r} is {why}")
    return code


def passport(table: Table) -> Passport:
    """[passport]."""
    value = Passport(
        number=table.text("number"),
        issuing_state=_state(table, "issuing_state", ISSUING_STATES),
        expiry_date=table.day("expiry_date"),
    )
    table.finish()
    return value


def residence(table: Table) -> Residence:
    """[residence]."""
    value = Residence(
        commune=line(table, "commune"),
        address=line(table, "address"),
        arrival_date=table.day_or_none("arrival_date"),
        leaves_on=table.day_or_none("leaves_on"),
    )
    table.finish()
    return value


def previous_card(table: Table) -> PreviousCard:
    """[previous]."""
    value = PreviousCard(
        kind=table.text("kind"),
        number=table.text_or("number", ""),
        issue_date=table.day_or_none("issue_date"),
        expiry_date=table.day_or_none("expiry_date"),
    )
    if value.issue_date and value.expiry_date and value.expiry_date <= value.issue_date:
        table.refuse("expiry_date", "a day after issue_date is wanted")
    table.finish()
    return value


def sponsor(table: Table) -> Sponsor:
    """[sponsor]."""
    value = Sponsor(
        surname=line(table, "surname"),
        given_names=line_or_empty(table, "given_names"),
        nationality=_state(table, "nationality", NATIONALITIES),
        relation=table.one_of("relation", RELATIONS),
        permit_expiry_date=table.day_or_none("permit_expiry_date"),
        category=one_of_or(table, "category", SPONSOR_CATEGORIES),
        is_dependent=yes_no_or_none(table, "dependent"),
        is_unmarried=yes_no_or_none(table, "unmarried"),
        in_their_custody=yes_no_or_none(table, "in_their_custody"),
        custody_is_shared=yes_no_or_none(table, "custody_is_shared"),
        other_holder_consents=yes_no_or_none(table, "other_holder_consents"),
        has_other_category=yes_no_or_none(table, "has_other_category"),
        resources_monthly_cents=cents_or_none(table, "resources_monthly_eur"),
    )
    table.finish()
    return value


def representative(table: Table) -> Representative:
    """[representative]."""
    value = Representative(
        surname=line(table, "surname"),
        given_names=line_or_empty(table, "given_names"),
        relation=table.one_of("relation", GUARDIANS),
        document_number=table.text_or("document_number", ""),
    )
    table.finish()
    return value


def protection_remark(table: Table) -> ProtectionRemark:
    """[remark]: international protection."""
    value = ProtectionRemark(
        state=_state(table, "state", ISSUING_STATES),
        granted_on=table.day_or_none("granted_on"),
        asked_on=table.day_or_none("asked_on"),
        answered_on=table.day_or_none("answered_on"),
        still_protected=yes_no_or_none(table, "still_protected"),
    )
    table.finish()
    return value


def piece(table: Table) -> Piece:
    """One of [[pieces]]."""
    code = table.one_of("code", sorted(rule_book().pieces))
    copy_kind = (
        CopyKind(table.one_of("copy_kind", [kind.value for kind in CopyKind])) if table.has("copy_kind") else None
    )
    value = Piece(
        code=code,
        copy_kind=copy_kind,
        language=table.text_or("language", ""),
        issued_on=table.day_or_none("issued_on"),
        expires_on=table.day_or_none("expires_on"),
        translated=table.yes_or_no("translated", default=False),
        amount_cents=cents_or_none(table, "amount_eur"),
        reference=table.text_or("reference", ""),
        other_proof=table.text_or("other_proof", ""),
        issuing_state=_state(table, "issuing_state", ISSUING_STATES) if table.has("issuing_state") else "",
        doubt=table.text_or("doubt", ""),
        authenticated_by=one_of_or(table, "authenticated_by", AUTHENTICATIONS),
        signed_by=words_or_none(table, "signed_by", SIGNATORIES),
        states=words_or_none(table, "states", PROMISE_WORDS),
    )
    table.finish()
    return value


def files(table: Table | None, folder: Path) -> Files:
    """[files]; paths are relative to `folder`, the application file's own."""
    if table is None:
        return Files(None, {}, ())
    portrait = _existing(table, "portrait", folder) if table.has("portrait") else None
    signature = _existing(table, "signature", folder) if table.has("signature") else None
    prints: dict[str, Path] = {}
    missing: list[MissingFinger] = []
    fingers = table.table_or_none("fingers")
    if fingers is not None:
        for entry in fingers.tables("missing"):
            missing.append(MissingFinger(entry.one_of("position", POSITIONS), entry.one_of("reason", MISSING_REASONS)))
            entry.finish()
        for position in fingers.names():
            if position == "missing":
                continue
            if position not in POSITIONS:
                fingers.refuse(position, f"unknown finger; one of {', '.join(POSITIONS)} is wanted")
            prints[position] = _existing(fingers, position, folder)
    for absent in missing:
        if absent.position in prints:
            table.refuse("fingers.missing", f"{absent.position} is said to be missing and has a file too")
    table.finish()
    return Files(portrait, prints, tuple(missing), signature)


def _existing(table: Table, key: str, folder: Path) -> Path:
    path = (folder / table.text(key)).resolve()
    if not path.is_file():
        table.refuse(key, "names a file that is not there")
    return path


def document_request(table: Table | None) -> DocumentRequest:
    """[document]."""
    if table is None:
        return DocumentRequest(None, None, None, None)
    can = table.text("can") if table.has("can") else None
    if can is not None and not (len(can) == CAN_LENGTH and can.isascii() and can.isdigit()):
        table.refuse("can", "six digits are wanted")
    value = DocumentRequest(
        number=table.text("number") if table.has("number") else None,
        issue_date=table.day_or_none("issue_date"),
        expiry_date=table.day_or_none("expiry_date"),
        can=can,
    )
    if value.issue_date and value.expiry_date and value.expiry_date <= value.issue_date:
        table.refuse("expiry_date", "a day after issue_date is wanted")
    table.finish()
    return value


def chip_request(table: Table | None) -> ChipRequest:
    """[chip]."""
    if table is None:
        return ChipRequest(None, None)
    data_groups = None
    if table.has("data_groups"):
        numbers = table.raw("data_groups")
        if not isinstance(numbers, list) or not all(
            isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= LAST_DATA_GROUP
            for number in numbers
        ):
            table.refuse("data_groups", "a list of data group numbers 1 to 16 is wanted")
        data_groups = tuple(sorted(set(numbers)))
    value = ChipRequest(table.one_of("profile", CHIP_PROFILES) if table.has("profile") else None, data_groups)
    table.finish()
    return value
