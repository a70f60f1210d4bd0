"""NIST's mindtct, bozorth3 and NFIQ 2 through the package `nbis`: the one place that imports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

from enrolment.fingerprints.errors import EngineMissing, FingerImageError
from enrolment.fingerprints.finger import SMALLEST_PRINT_SIDE_PX, FingerImage
from enrolment.fingerprints.images import encode_png

PACKAGE = "nbis-py"


@dataclass(frozen=True, slots=True)
class Minutia:
    """A ridge's end or fork: px from the image's top left corner, direction in degrees, reliability 0-1."""

    x_px: int
    y_px: int
    direction_deg: float
    reliability: float
    is_ending: bool


@dataclass(frozen=True, slots=True)
class Nfiq2Scores:
    """What NFIQ 2 says: the score 0-100, the four measures that say what to do, and the 69 of ISO/IEC 29794-4."""

    score: int
    actionable: Mapping[str, float]
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Template:
    """Minutiae of one image, ready to be compared. Personal data like the print itself: its repr says nothing."""

    handle: Any

    def minutiae(self) -> tuple[Minutia, ...]:
        """What mindtct found."""
        return tuple(
            Minutia(m.x(), m.y(), float(m.angle()), float(m.reliability()), m.kind().name == "RIDGE_ENDING")
            for m in self.handle.get()
        )

    def similarity(self, other: "Template") -> int:
        """bozorth3's score: 0 and up, the higher the more alike."""
        return int(self.handle.compare(other.handle))


def is_available() -> bool:
    """Whether this machine has the package (it is built for x86-64 and glibc 2.34 and later)."""
    try:
        extractor(with_nfiq2=False)
    except EngineMissing:
        return False
    return True


def version() -> str:
    """The package's version. Raises EngineMissing."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        raise EngineMissing(f"the package {PACKAGE} is not installed") from None


@cache
def extractor(*, with_nfiq2: bool) -> Any:
    """One extractor for the whole process: starting costs half a second, and it may be used by several threads."""
    try:
        import nbis
    except (ImportError, OSError):
        raise EngineMissing(f"the package {PACKAGE} is not installed, or not built for this machine") from None
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=with_nfiq2, ppi=500.0
    )
    return nbis.new_nbis_extractor(settings)


def extract(image: FingerImage) -> Template:
    """The minutiae of `image`. Raises EngineMissing, FingerImageError."""
    return Template(run_extractor(image, with_nfiq2=False))


def score(image: FingerImage) -> tuple[Nfiq2Scores, Template]:
    """NFIQ 2 and the minutiae of `image`. Raises EngineMissing; FingerImageError where NFIQ 2 gives no score."""
    found = run_extractor(image, with_nfiq2=True)
    result = found.quality()
    scores = Nfiq2Scores(
        int(result.score),
        {value.name: float(value.value) for value in result.actionable},
        {value.name: float(value.value) for value in result.features},
    )
    return scores, Template(found)


def run_extractor(image: FingerImage, *, with_nfiq2: bool) -> Any:
    """The package's own answer. It reads files, so the image goes in as PNG."""
    engine = extractor(with_nfiq2=with_nfiq2)
    if min(image.width_px, image.height_px) < SMALLEST_PRINT_SIDE_PX:
        raise FingerImageError(
            "finger image",
            f"{image.width_px}x{image.height_px} pixels",
            f"a fingerprint of at least {SMALLEST_PRINT_SIDE_PX} pixels a side",
        )
    import nbis

    try:
        return engine.extract_minutiae(encode_png(image))
    except (nbis.NbisError, nbis.InternalError) as problem:
        raise FingerImageError("finger image", f"no result ({type(problem).__name__})", "a fingerprint") from None
