"""What the terminal itself judges of a card that was read: structure, downgrade, secure messaging, the order.

Passive authentication judges the signatures and has its own module. Each function gives one check.
"""

from collections.abc import Mapping

from chip.checks import Check, Outcome
from chip.elementary_files import FILES, data_group_file
from chip.errors import ChipError
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage
from chip.lds.security_infos import PaceInfo, SecurityInfos
from chip.terminal.access import Access, OpenFiles
from chip.terminal.contents import Contents
from chip.terminal.reading import ChipReading

DOWNGRADE_CHECK, MESSAGING_CHECK = "access.downgrade", "secure_messaging"
STRUCTURE_CHECK, ORDER_CHECK = "lds.structure", "order.agrees"
NOT_OPENED = "the card was not opened"


def check_downgrade(open_files: OpenFiles, contents: Contents, reading: ChipReading | None) -> Check:
    """`access.downgrade`: what the unsigned EF.CardAccess offers is what the signed DG14 states (Doc 9303-11 §9.2.11).

    A card that was opened by BAC although its DG14 states PACE was made to look older than it is.
    """
    if reading is None:
        return Check(DOWNGRADE_CHECK, Outcome.UNAVAILABLE, NOT_OPENED)
    try:
        infos = CardAccess.decode(open_files.card_access).infos if open_files.card_access is not None else ()
    except ChipError as error:
        return Check(DOWNGRADE_CHECK, Outcome.INCONCLUSIVE, f"EF.CardAccess cannot be understood: {error}")
    if contents.dg14 is None:
        if not infos and 14 not in reading.listed:
            return Check(DOWNGRADE_CHECK, Outcome.NOT_APPLICABLE, "the card has neither EF.CardAccess nor DG14")
        return Check(DOWNGRADE_CHECK, Outcome.INCONCLUSIVE, "there is no DG14 to hold EF.CardAccess against")
    return _compare(infos, contents.dg14.infos)


def _compare(offered: SecurityInfos, signed: SecurityInfos) -> Check:
    signed_pace = {info.encode() for info in signed if isinstance(info, PaceInfo)}
    missing = sum(info.encode() not in {other.encode() for other in signed} for info in offered)
    if missing:
        words = f"{missing} of the {len(offered)} infos of EF.CardAccess are not in DG14"
        return Check(DOWNGRADE_CHECK, Outcome.FAILED, words)
    hidden = signed_pace - {info.encode() for info in offered}
    if hidden:
        words = f"DG14 states {len(signed_pace)} kinds of PACE, EF.CardAccess leaves {len(hidden)} of them out"
        return Check(DOWNGRADE_CHECK, Outcome.FAILED, words)
    if not offered:
        return Check(DOWNGRADE_CHECK, Outcome.PASSED, "neither EF.CardAccess nor DG14 states PACE")
    return Check(
        DOWNGRADE_CHECK,
        Outcome.PASSED,
        f"all that EF.CardAccess offers stands in DG14 too ({len(offered)} of {len(offered)})",
    )


def check_secure_messaging(access: Access, reading: ChipReading | None, protected_answers: int) -> Check:
    """`secure_messaging`: every answer was protected as it must be."""
    if reading is None or not access.is_open:
        return Check(MESSAGING_CHECK, Outcome.UNAVAILABLE, NOT_OPENED)
    if reading.session_fault is not None:
        return Check(MESSAGING_CHECK, Outcome.FAILED, reading.session_fault)
    return Check(MESSAGING_CHECK, Outcome.PASSED, f"{protected_answers} answers, each with a MAC that holds")


def check_structure(contents: Contents, reading: ChipReading | None) -> Check:
    """`lds.structure`: the files that the card lists are there and are what Doc 9303-10 says they are."""
    if reading is None:
        return Check(STRUCTURE_CHECK, Outcome.UNAVAILABLE, NOT_OPENED)
    faults = [f"{name}: {reason}" for name, reason in contents.faults.items()]
    wanted = {"EF.COM", "EF.SOD", *(data_group_file(number).name for number in reading.listed)} - reading.closed
    faults += [f"{name}: {reason}" for name, reason in reading.refusals.items() if name in wanted]
    faults += _wrong_tags(reading.files)
    if contents.com is not None and contents.sod is not None:
        left_out = set(contents.sod.security_object.hashes) - set(contents.com.data_groups)
        faults += [f"EF.COM leaves out DG{number}, which EF.SOD lists" for number in sorted(left_out)]
    if not faults:
        return Check(
            STRUCTURE_CHECK, Outcome.PASSED, f"{len(reading.files)} files are as EF.COM lists and Doc 9303-10 says"
        )
    outcome = Outcome.INCONCLUSIVE if reading.session_fault is not None and not contents.faults else Outcome.FAILED
    return Check(STRUCTURE_CHECK, outcome, "; ".join(faults))


def _wrong_tags(files: Mapping[str, bytes]) -> list[str]:
    wrong = []
    for name, raw in files.items():
        tag = FILES[name].tag
        if tag is not None and raw[:1] != bytes([tag]):
            wrong.append(f"{name} does not begin with tag {tag:X}")
    return wrong


def check_order(files: Mapping[str, bytes] | None, ordered: ChipImage | None) -> Check:
    """`order.agrees`: every file on the card is the one that was ordered; `files` is None when it was not opened."""
    if ordered is None:
        return Check(ORDER_CHECK, Outcome.NOT_APPLICABLE, "no order was given to compare with")
    if files is None:
        return Check(ORDER_CHECK, Outcome.UNAVAILABLE, NOT_OPENED)
    compared = [name for name in ordered.files if name in files]
    other = [name for name in compared if ordered.files[name] != files[name]]
    unordered = [name for name in files if name not in ordered.files]
    if other or unordered:
        return Check(ORDER_CHECK, Outcome.FAILED, f"not as ordered: {', '.join((*other, *unordered))}")
    unread = [name for name in ordered.files if name not in files]
    if unread:
        return Check(
            ORDER_CHECK, Outcome.INCONCLUSIVE, f"{len(compared)} files as ordered, not read: {', '.join(unread)}"
        )
    return Check(ORDER_CHECK, Outcome.PASSED, f"all {len(compared)} files are as ordered")
