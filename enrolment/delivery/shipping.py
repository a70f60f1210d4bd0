"""Finished cards on their way to the place of collection: listed, sent, acknowledged one by one (`cases.custody`)."""

from collections.abc import Iterable
from datetime import datetime

from enrolment.accounts.models import Officer
from enrolment.cases.custody import acknowledge_transfer, find_item, list_transfer, send_transfer
from enrolment.cases.models import TransferContent, TransferItem, TransferList
from enrolment.delivery.models import Card, CardState
from enrolment.errors import StepRefused
from enrolment.production.services import arrive, ship
from enrolment.transactions import one_transaction


@one_transaction
def ship_cards(
    cards: Iterable[Card], from_site: str, to_site: str, officer: Officer, at: datetime, *, courier: str = ""
) -> TransferList:
    """List finished cards and hand the parcel to the courier. Raises: StepRefused, Taken, Incomplete, NotAuthorised."""
    parcel = list(cards)
    for card in parcel:
        if card.state != CardState.READY:
            raise StepRefused(f"case {card.case.number}: a card that is {card.state} is not sent")
    things = [(card.case, TransferContent.CARD) for card in parcel]
    transfer = list_transfer(from_site, to_site, things, officer, at)
    for card in parcel:
        ship(card.job, officer, at)
    return send_transfer(transfer, officer, at, courier=courier)


@one_transaction
def receive_cards(
    transfer: TransferList, received: Iterable[TransferItem], officer: Officer, at: datetime, *, remark: str = ""
) -> TransferList:
    """Acknowledge a parcel of cards: those that came can be collected, those that did not are missing.

    Raises: StepRefused, UnknownRecord, NotAuthorised (who sent it does not acknowledge it).
    """
    came = list(received)
    acknowledge_transfer(transfer, came, officer, at, remark=remark)
    for item in came:
        _arrived(item, officer, at)
    return transfer


@one_transaction
def find_card(item: TransferItem, officer: Officer, at: datetime, remark: str) -> TransferItem:
    """A missing card came to light where it was sent to. One that never does is spoiled (`services.spoil_card`).

    Raises: StepRefused, Incomplete, NotAuthorised.
    """
    find_item(item, officer, at, remark)
    _arrived(item, officer, at)
    return item


def _arrived(item: TransferItem, officer: Officer, at: datetime) -> None:
    if item.content == TransferContent.CARD:
        card = Card.objects.select_related("job").get(case=item.case, state=CardState.READY)
        arrive(card.job, officer, at)
