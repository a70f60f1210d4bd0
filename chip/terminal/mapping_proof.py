"""Chip authentication mapping judged: the chip proved in PACE that it holds the key of its signed EF.CardSecurity.

The proof is worth what the signature over EF.CardSecurity is worth, so that is judged with it.
Source: Doc 9303-11 §4.4.3.5; TR-03110-3 A.1.2.5
"""

from datetime import UTC, date, datetime, time

from chip.checks import Check, Outcome
from chip.errors import AuthenticationError, ChipError, DecodingError, PkiError
from chip.lds.card_security import CardSecurity
from chip.lds.security_infos import ChipAuthenticationPublicKeyInfo
from chip.pki.certificate import Certificate
from chip.pki.public_key import EcPublicKey
from chip.pki.trust_store import Missing, TrustStore
from chip.protocols.chip_authentication_mapping import verify_chip_authentication_data
from chip.protocols.pace_terminal import PaceSession

CHIP_CHECK = "chip_authentication"


def check_mapping(pace: PaceSession, card_security: bytes | None, trust: TrustStore | None, today: date) -> Check:
    """`chip_authentication` by PACE's chip authentication mapping."""
    if pace.chip_authentication_data is None:
        return Check(CHIP_CHECK, Outcome.FAILED, f"{pace.algorithm.name}: the chip sent no proof with its token")
    if card_security is None:
        return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{pace.algorithm.name}: EF.CardSecurity was not read")
    try:
        static_key, signer = _signed_key(card_security, pace.parameter_id)
        keys = pace.secure_messaging.keys
        verify_chip_authentication_data(
            pace.group, pace.chip_authentication_data, pace.card_mapping_key, static_key, keys
        )
    except (AuthenticationError, PkiError) as error:
        return Check(CHIP_CHECK, Outcome.FAILED, f"{pace.algorithm.name}: {error}")
    except ChipError as error:
        return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{pace.algorithm.name}: EF.CardSecurity: {error}")
    return _judge_signer(pace, signer, trust, today)


def _signed_key(card_security: bytes, parameter_id: int) -> tuple[bytes, Certificate]:
    """The public key on the parameters that PACE used, and who signed it.

    Raises: PkiError when the signature does not hold, DecodingError when there is no such key in the file.
    """
    decoded = CardSecurity.decode(card_security)
    signed = decoded.signed_data
    if len(signed.signers) != 1:
        raise DecodingError("it has not one signer")
    certificate = signed.certificate_of(signed.signers[0])
    if certificate is None:
        raise DecodingError("it does not hold the certificate of its signer")
    signed.verify(signed.signers[0], certificate)
    for info in decoded.infos:
        if isinstance(info, ChipAuthenticationPublicKeyInfo):
            key = info.public_key
            if isinstance(key, EcPublicKey) and key.curve.parameter_id == parameter_id:
                return key.point, certificate
    raise DecodingError(f"it states no key on the parameters {parameter_id}")


def _judge_signer(pace: PaceSession, signer: Certificate, trust: TrustStore | None, today: date) -> Check:
    proven = f"{pace.algorithm.name}: the chip holds the key of EF.CardSecurity"
    if trust is None:
        return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{proven}, whose signer cannot be judged without a CSCA")
    chain = trust.find_chain(signer)
    if chain.missing is Missing.COUNTRY:
        return Check(CHIP_CHECK, Outcome.INCONCLUSIVE, f"{proven}, whose signer cannot be judged: {chain.missing}")
    if chain.missing is not None:
        return Check(CHIP_CHECK, Outcome.FAILED, f"{proven}, whose signer is not trusted: {chain.missing}")
    noon = datetime.combine(today, time(12), UTC)
    if not all(certificate.is_valid_on(noon) for certificate in chain.certificates):
        return Check(CHIP_CHECK, Outcome.FAILED, f"{proven}, whose signer's certificates are not in date")
    return Check(CHIP_CHECK, Outcome.PASSED, f"{proven}, which is signed as EF.SOD is")
