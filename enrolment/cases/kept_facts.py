"""Facts that only the rules ask for, kept with a case as JSON: a new fact of the law needs no new column.

What people work with (pieces, payments, passport, protection) has rows; a row wins over what was kept at filing.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

import msgspec

from enrolment.applications.model import Piece
from enrolment.rules.facts import Facts, PieceFact

# The names of `Facts` and of its parts that rows of the case tell.
HELD_BY_ROWS: dict[str, frozenset[str]] = {
    "Facts": frozenset(
        {
            "product",
            "reason",
            "filed_on",
            "birth_date",
            "nationalities",
            "passport_expiry_date",
            "arrival_date",
            "category",
            "has_representative",
            "pieces",
            "payments",
            "withdrawal_article",
            "held_special_card",
            "postmarked_on",
            "received_on",
            "photo",
            "decided_expiry_date",
            "family_batch",
        }
    ),
    "PieceFact": frozenset({"code", "copy_kind", "other_proof"}),
}
# What a piece of an application calls by another word than the rules.
FROM_PIECE = {"is_translated": "translated"}


def kept(value: Facts | PieceFact) -> dict[str, Any]:
    """What of `value` no row tells and that is not its default, as JSON holds it."""
    held = HELD_BY_ROWS[type(value).__name__]
    return {
        field.name: msgspec.to_builtins(getattr(value, field.name))
        for field in fields(value)
        if field.name not in held and getattr(value, field.name) != _default(field)
    }


def kept_of_piece(piece: Piece) -> dict[str, Any]:
    """The same of a document that was brought after the filing."""
    names = {field.name: FROM_PIECE.get(field.name, field.name) for field in fields(PieceFact)}
    return kept(PieceFact(**{name: getattr(piece, of) for name, of in names.items() if hasattr(piece, of)}))


def told(kind: type[Any], content: dict[str, Any]) -> dict[str, Any]:
    """The kept values by name, of the types that `kind` gives them; names that no fact bears any more are left out."""
    hints = get_type_hints(kind)
    return {name: msgspec.convert(value, hints[name]) for name, value in content.items() if name in hints}


def _default(field: "Field[Any]") -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING
