"""Active Authentication on the chip's side: it signs a challenge with the key whose public half is in DG15.

Source: Doc 9303-11 §6.1; ISO/IEC 9796-2 scheme 1 (RSA); TR-03111 §5.2.1 (plain ECDSA)
"""

from cryptography.hazmat.primitives.asymmetric import ec

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.errors import DecodingError
from chip.pki.signature import ECDSA_PLAIN_OIDS, HASHES, der_to_plain
from chip.protocols.active_authentication import CHALLENGE_LENGTH, sign_recoverable
from chip.virtual_card.security_infos import active_authentication_algorithm
from chip.virtual_card.session import Access, Answer, CardState, Refused, World, done, refuse_unless
from chip.virtual_card.static_keys import EcPrivateKey, RsaPrivateKey, open_private_key

HASH_OF_OID = {oid: name for name, oid in ECDSA_PLAIN_OIDS.items()}
RSA_HASH = "sha256"


def internal_authenticate(state: CardState, command: CommandApdu, world: World) -> Answer:
    """INTERNAL AUTHENTICATE over eight bytes."""
    refuse_unless(state.session.access is not Access.NONE, status.SECURITY_STATUS_NOT_SATISFIED)
    refuse_unless(command.p1 == 0 and command.p2 == 0, status.WRONG_PARAMETERS)
    refuse_unless(len(command.data) == CHALLENGE_LENGTH and command.le is not None, status.WRONG_LENGTH)
    stored = state.memory.secrets().active_authentication_key
    if stored is None:
        raise Refused(status.INSTRUCTION_NOT_SUPPORTED)
    try:
        key = open_private_key(stored)
        if isinstance(key, EcPrivateKey):
            signature = _sign_plain(state, key, command.data)
        elif not isinstance(key, RsaPrivateKey):
            raise Refused(status.REFERENCE_DATA_UNUSABLE)
        else:
            signature = sign_recoverable(key.modulus, key.private_exponent, command.data, world.random_bytes, RSA_HASH)
    except DecodingError:
        raise Refused(status.REFERENCE_DATA_UNUSABLE) from None
    return done(state.session, signature)


def _sign_plain(state: CardState, key: EcPrivateKey, challenge: bytes) -> bytes:
    hash_name = HASH_OF_OID.get(active_authentication_algorithm(state.memory) or "")
    if hash_name is None:
        raise DecodingError("DG14 names no hash for the chip's key")
    return der_to_plain(key.signer.sign(challenge, ec.ECDSA(HASHES[hash_name])), key.curve)
