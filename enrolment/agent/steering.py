"""The simulator's control channel: what a demonstration or a browser test tells the scanner, by a key of its own."""

import hmac
from collections.abc import Callable

from enrolment.agent.errors import Refusal
from enrolment.agent.sbi_face import Json, number, parse_json
from enrolment.fingerprints.drivers.steered import LONGEST_DELAY_MS, SteeredScanner
from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.scanner import DeviceStatus

BEARER = "Bearer "
LARGEST_SEED = 2**31 - 1
LONGEST_SCRIPT = 2_000
Order = Callable[[SteeredScanner, Json], Json]


def check_control_key(key: str | None, header: str | None) -> None:
    """Raises Refusal where the control channel is off, or the key is another."""
    if key is None:
        raise Refusal(404, "NOT_FOUND", "the simulator is not steered: start the agent with --simulator-control")
    given = (header or "").removeprefix(BEARER).encode()
    if not (header or "").startswith(BEARER) or not hmac.compare_digest(given, key.encode()):
        raise Refusal(401, "WRONG_KEY", "wanted the control key that the agent showed when it started")


def set_status(scanner: SteeredScanner, asked: Json) -> Json:
    """{"status": "ready" | "busy" | "not_ready" | "not_registered"}."""
    try:
        status = DeviceStatus(asked.get("status"))
    except ValueError:
        wanted = ", ".join(status.value for status in DeviceStatus)
        raise Refusal(400, "BAD_REQUEST", f"status: wanted one of {wanted}") from None
    scanner.set_status(status)
    return {"status": scanner.status().value}


def set_score(scanner: SteeredScanner, asked: Json) -> Json:
    """{"attack_score": 0 to 1, or null to leave it to the script}."""
    score = asked.get("attack_score")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1):
        raise Refusal(400, "BAD_REQUEST", "attack_score: wanted 0 to 1, or null")
    scanner.set_attack_score(None if score is None else float(score))
    return {"attack_score": score}


def set_delay(scanner: SteeredScanner, asked: Json) -> Json:
    """{"delay_ms": 0 to 60000}."""
    delay_ms = number(asked.get("delay_ms"), "delay_ms", 0, LONGEST_DELAY_MS)
    scanner.set_delay_ms(delay_ms)
    return {"delay_ms": delay_ms}


def present(scanner: SteeredScanner, asked: Json) -> Json:
    """{"steps": "bad, bad, good"}: what the person does next."""
    steps = asked.get("steps")
    if not isinstance(steps, str) or len(steps) > LONGEST_SCRIPT:
        raise Refusal(400, "BAD_REQUEST", "steps: wanted a text such as `bad, bad, good`")
    try:
        return {"steps": scanner.present(steps)}
    except FingerImageError as problem:
        raise Refusal(400, "BAD_REQUEST", str(problem)) from None


def seat_person(scanner: SteeredScanner, asked: Json) -> Json:
    """{"seed": N}: another person sits down."""
    seed = number(asked.get("seed"), "seed", 0, LARGEST_SEED)
    scanner.seat_person(seed)
    return {"seed": seed}


def unplug(scanner: SteeredScanner, asked: Json) -> Json:
    """{}: pulls the cable."""
    scanner.unplug()
    return {"plugged_in": False, **asked}


def plug_in(scanner: SteeredScanner, asked: Json) -> Json:
    """{}: puts the cable back."""
    scanner.plug_in()
    return {"plugged_in": True, **asked}


ORDERS: dict[str, Order] = {
    "status": set_status,
    "score": set_score,
    "delay": set_delay,
    "present": present,
    "person": seat_person,
    "unplug": unplug,
    "plug-in": plug_in,
}


def follow(scanner: SteeredScanner, order: str, body: bytes) -> Json:
    """Carries out one order. Raises Refusal."""
    act = ORDERS.get(order)
    if act is None:
        raise Refusal(404, "NOT_FOUND", f"wanted one of {', '.join(ORDERS)}")
    return act(scanner, parse_json(body))
