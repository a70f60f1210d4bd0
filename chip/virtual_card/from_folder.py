"""The chip of a card folder, ready to be played."""

from chip.card_folder import CardFolder
from chip.errors import DecodingError
from chip.personalisation.chip_objects import trust_objects
from chip.virtual_card.memory import CardMemory


def memory_of_folder(folder: CardFolder) -> CardMemory:
    """The memory of the finished chip that the folder describes.

    Raises: DecodingError where it has no secrets, without which nobody can play a chip; EncodingError for spoiled ones.
    """
    if folder.secrets is None:
        raise DecodingError("the card folder holds no secrets.json, and a chip cannot be played without its keys")
    trust = trust_objects(folder.trust_point, folder.description.chip_date)
    return CardMemory.personalised(folder.image, folder.secrets, trust)
