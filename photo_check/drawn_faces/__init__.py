"""Drawn portraits of nobody, from seeds: sample people for tests, demonstrations and specimen cards."""

from photo_check.drawn_faces.faults import FAULTS, Fault
from photo_check.drawn_faces.person import SKINS, Sex
from photo_check.drawn_faces.portrait import contact_sheet, draw_document_portrait, draw_portrait

__all__ = ["FAULTS", "SKINS", "Fault", "Sex", "contact_sheet", "draw_document_portrait", "draw_portrait"]
