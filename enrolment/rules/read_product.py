"""Reads one file of the catalogue: a card, a paper that one asks for, a receipt, or the letters of the office."""

from collections.abc import Mapping
from datetime import date

from enrolment.rules.catalogue import (
    Form,
    LegalBasis,
    OfficePaper,
    PermitTexts,
    PieceRule,
    Product,
    ReceiptKind,
    ReceiptRule,
    Sites,
    ValidityKind,
    ValidityRule,
)
from enrolment.rules.facts import CopyKind, Reason
from enrolment.rules.words import LANGUAGES, Texts
from enrolment.typed_table import Table

ISSUERS = ("commune", "minister")
PLACES = ("direction", "commune")


def read_texts(table: Table) -> Texts:
    """One text for each language, none missing and none too many."""
    texts: dict[str, str] = {language: table.text(language) for language in LANGUAGES}
    table.finish()
    return texts


def read_document(table: Table) -> Product | OfficePaper:
    """The document that the file describes. Raises what the table's `fail` raises."""
    form = Form(table.one_of("form", [form.value for form in Form])) if table.has("form") else Form.CARD
    document = _read_office_paper(table, form) if table.has("validity_says") else _read_product(table, form)
    table.finish()
    return document


def _read_office_paper(table: Table, form: Form) -> OfficePaper:
    kinds = table.table_or_none("kinds")
    return OfficePaper(
        id=table.text("id"),
        code=table.text("code"),
        form=form,
        issuer=table.one_of("issuer", ISSUERS),
        title=read_texts(table.table("title")),
        of_product=table.text_or("of_product", ""),
        kinds=_words(kinds) if kinds else {},
        validity=table.text("validity_says"),
        fee=table.text("fee_says"),
        source=table.text("source"),
    )


def _read_product(table: Table, form: Form) -> Product:
    permit_type = table.table_or_none("permit_type")
    by_article = table.table_or_none("remark_by_article")
    by, texts = _read_permit_type(permit_type) if permit_type else ("text", ())
    table.text("title_source")
    title = read_texts(table.table("title"))
    card_title = table.table_or_none("card_title")
    return Product(
        id=table.text("id"),
        code=table.text("code"),
        form=form,
        issuer=table.one_of("issuer", ISSUERS),
        title=title,
        card_title=read_texts(card_title) if card_title else title,
        full_title=table.text("full_title"),
        permit_type_by=by,
        categories=table.texts("categories") or (tuple(texts[-1].texts) if by == "category" else ()),
        category_is_optional=table.yes_or_no("category_optional", default=False),
        permit_texts=texts,
        remark_by_article=_words(by_article.table("values")) if by_article else {},
        rules=table.texts("rules"),
        relations=table.text_or("relations", ""),
        biometrics=table.text_or("biometrics", ""),
        successor=table.text_or("successor", ""),
        absence_limit=table.text_or("absence_limit", ""),
        is_endorsed=table.yes_or_no("endorsed", default=False),
        has_art8_documents=table.yes_or_no("art8", default=False),
        receipt=_read_receipt(table.table("receipt")),
        decision_clock=table.text_or("decision_clock", ""),
        validity=_read_validity(table.table("validity")),
        fees=_read_fees(table.table("fee")),
        legal_bases=tuple(_read_basis(basis) for basis in table.tables("legal_basis")),
        sites=tuple(_read_sites(sites) for sites in table.tables("sites")),
        pieces=tuple(_read_piece(piece) for piece in table.tables("pieces")),
    )


def _words(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.names()}


def _read_permit_type(table: Table) -> tuple[str, tuple[PermitTexts, ...]]:
    by = table.one_of("by", ("text", "category"))
    table.text("source")
    periods = []
    for earlier in table.tables("earlier"):
        earlier.text("source")
        periods.append(PermitTexts(earlier.day("until"), _words(earlier.table("values"))))
        earlier.finish()
    if periods != sorted(periods, key=lambda period: period.end or date.max):
        table.refuse("earlier", "the oldest texts first are wanted")
    periods.append(PermitTexts(None, _words(table.table("values"))))
    table.finish()
    return by, tuple(periods)


def _read_receipt(table: Table) -> ReceiptRule:
    kind = ReceiptKind(table.one_of("kind", [kind.value for kind in ReceiptKind]))
    clock = table.text_or("clock", "")
    if kind in (ReceiptKind.COUNTS_AS_CARD, ReceiptKind.CONDITIONAL) and not clock:
        table.refuse("clock", "is missing: the clock of its length is wanted for this kind")
    receipt = ReceiptRule(kind, clock, table.text_or("rule", ""), table.text("article"))
    table.finish()
    return receipt


def _read_validity(table: Table) -> ValidityRule:
    by_replaced = table.table_or_none("months_by_replaced")
    lengths = {key: by_replaced.whole_number(key) for key in by_replaced.names()} if by_replaced else {}
    kind = ValidityKind(table.one_of("kind", [kind.value for kind in ValidityKind]))
    months = table.whole_number("months") if table.has("months") else None
    if kind in (ValidityKind.MONTHS, ValidityKind.MONTHS_OR_SPONSOR) and months is None:
        table.refuse("months", "is missing: a number of months is wanted for this kind")
    validity = ValidityRule(kind, months, lengths, table.text("rule"), table.text("article"))
    table.finish()
    return validity


def _read_fees(table: Table) -> Mapping[Reason, str]:
    fees = {reason: table.text(reason.value) for reason in Reason}
    table.finish()
    return fees


def _read_basis(table: Table) -> LegalBasis:
    basis = LegalBasis(table.day("from"), table.day_or_none("until"), table.text("act"), table.text("source"))
    table.finish()
    return basis


def _read_sites(table: Table) -> Sites:
    sites = Sites(
        table.day("from"),
        table.day_or_none("until"),
        table.one_of("filing", PLACES),
        table.one_of("capture", (*PLACES, "none")),
        table.one_of("collection", (*PLACES, "filing")),
        table.text("source"),
    )
    table.finish()
    return sites


def _read_piece(table: Table) -> PieceRule:
    copy_kind = (
        CopyKind(table.one_of("copy_kind", [kind.value for kind in CopyKind])) if table.has("copy_kind") else None
    )
    nationality = table.text_or("nationality", "")
    other_than = table.text("other_than") if nationality == "other" else ""
    reasons = tuple(reason.value for reason in Reason)
    for word in table.texts("reasons"):
        if word not in reasons:
            table.refuse("reasons", f"words out of {', '.join(reasons)} are wanted")
    piece = PieceRule(
        code=table.text("code"),
        instead=table.texts("instead"),
        rule=table.text("rule"),
        copy_kind=copy_kind,
        reasons=tuple(Reason(reason) for reason in table.texts("reasons")),
        relations=table.texts("relations"),
        sponsor=table.one_of("sponsor", ("LUX", "other")) if table.has("sponsor") else "",
        nationality=nationality,
        other_than=other_than,
        categories=table.texts("categories"),
        recoveries=table.texts("recoveries"),
        from_age_years=table.whole_number("from_age_years") if table.has("from_age_years") else None,
        below_age_years=table.whole_number("below_age_years") if table.has("below_age_years") else None,
        if_flag=table.text_or("if_flag", ""),
        start=table.day_or_none("from"),
        end=table.day_or_none("until"),
    )
    table.finish()
    return piece
