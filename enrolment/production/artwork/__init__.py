"""The two faces of the card, drawn in millimetres and given out as pictures and as a PDF."""

from enrolment.production.artwork.content import CardFaceContent
from enrolment.production.artwork.faces import card_pdf, draw_back, draw_front

__all__ = ["CardFaceContent", "card_pdf", "draw_back", "draw_front"]
