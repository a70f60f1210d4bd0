"""Texts that fit into their column: PostgreSQL would refuse a longer one in words of its own, SQLite would take it."""

from django.db.models import CharField, Model

from enrolment.errors import StepRefused


def refuse_too_long(model: type[Model], **texts: str) -> None:
    """Refuse a text that is longer than the column of `model` that it is named after. Raises StepRefused."""
    for name, text in texts.items():
        column = model._meta.get_field(name)
        if isinstance(column, CharField) and column.max_length is not None and len(text) > column.max_length:
            raise StepRefused(f"{name}: at most {column.max_length} characters")
