"""DG11 and DG12 of one card: whole name and birth place, who issued the document when, where a profile has them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chip.errors import EncodingError
from chip.lds.build import PREPARED_OUTSIDE
from chip.lds.details import DG11, DG12
from enrolment.production.order import CardOrder

WRITTEN_HERE = frozenset((11, 12))


def additional_details(order: CardOrder, data_groups: Sequence[int], moment: datetime) -> Mapping[int, bytes]:
    """The files of those of DG11 and DG12 that the profile has, by number (Doc 9303-10 §4.7.11, §4.7.12).

    The zone may cut and transliterate a name; DG11 says it whole. `moment` is that of personalisation, in UTC.
    Raises: EncodingError for a data group that nobody writes here.
    """
    wanted = set(data_groups) & PREPARED_OUTSIDE
    if not wanted <= WRITTEN_HERE:
        raise EncodingError(
            f"nobody writes DG{min(wanted - WRITTEN_HERE)} here: leave it out of the chip's data groups"
        )
    files = {}
    if 11 in wanted:
        texts = {"full_name": _components(order.surname, order.given_names), "birth_place": order.birth_place}
        if order.birth_date.is_whole:
            texts["full_birth_date"] = str(order.birth_date).replace("-", "")
        files[11] = DG11.of({name: text for name, text in texts.items() if text}).encode()
    if 12 in wanted:
        files[12] = DG12.of(
            {
                "issuing_authority": order.authority,
                "issue_date": f"{order.issue_date:%Y%m%d}",
                "personalisation_time": f"{moment.astimezone(UTC):%Y%m%d%H%M%S}",
            }
        ).encode()
    return files


def _components(surname: str, given_names: str) -> str:
    """Primary and secondary identifier parted by `<<`, their components by `<`."""
    parts = (surname.replace(" ", "<"), given_names.replace(" ", "<"))
    return "<<".join(part for part in parts if part)
