"""The errors of `enrolment.agent`, by who must act.

AgentError
├── PairingFileError     the file with the pairing's key is not one, or is open to others; carries `path`, `wanted`
├── NotPaired            no page was paired with this agent yet
├── PortTaken            another program listens where the agent should; carries `port`
├── DeskTaken            another agent of this user owns the desk's devices
└── Refusal              a request that is not answered; carries the HTTP `status` and a word for programs, `code`
No print, MRZ, CAN or key ever stands in one of their texts.
"""

from pathlib import Path


class AgentError(Exception):
    """What the desk agent raises for a reason that it knows."""


class PairingFileError(AgentError):
    """The file with the pairing's key cannot be used."""

    def __init__(self, path: Path, what: str, wanted: str) -> None:
        super().__init__(f"{path}: {what}; wanted {wanted}")
        self.path, self.wanted = path, wanted


class NotPaired(AgentError):
    """No page was paired with this agent yet."""


class PortTaken(AgentError):
    """Another program listens where the agent should."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} of 127.0.0.1 is taken; end the program that listens there, or give --port another"
        )
        self.port = port


class DeskTaken(AgentError):
    """Another agent of this user owns the desk's devices."""


class Refusal(AgentError):
    """A request that is not answered as it wished: `status` of HTTP, `code` for programs."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code
