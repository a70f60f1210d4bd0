"""Object identifiers as their content bytes: what stands under tag 06, or 80 in MSE:Set AT (ITU-T X.690 §8.19)."""

from chip.errors import DecodingError, EncodingError

LONGEST_BYTES = 128  # none in use comes near; an arc of thousands of digits is an attack on whoever prints it


def encode_oid(dotted: str) -> bytes:
    """The content bytes of an object identifier. Raises EncodingError for one that cannot be."""
    try:
        arcs = [int(arc) for arc in dotted.split(".")]
    except ValueError:
        raise EncodingError("an object identifier is numbers with dots between") from None
    if len(arcs) < 2 or min(arcs) < 0 or arcs[0] > 2 or (arcs[0] < 2 and arcs[1] > 39):
        raise EncodingError(f"no object identifier begins like {dotted}")
    return b"".join(_base128(arc) for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]])


def decode_oid(content: bytes) -> str:
    """The dotted form. Raises DecodingError for content that is too long, ends inside an arc or starts one with 80."""
    if len(content) > LONGEST_BYTES:
        raise DecodingError(f"an object identifier of {len(content)} bytes, at most {LONGEST_BYTES} are read")
    if not content or content[-1] & 0x80:
        raise DecodingError("an object identifier ends inside an arc")
    arcs: list[int] = []
    arc, is_first_octet = 0, True
    for octet in content:
        if is_first_octet and octet == 0x80:
            raise DecodingError("an arc of an object identifier begins with 80")
        arc = arc << 7 | octet & 0x7F
        is_first_octet = not octet & 0x80
        if is_first_octet:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))
