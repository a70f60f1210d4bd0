"""Run as a program of its own, by the system's Python: speaks to libfprint for the driver at the other end of a pipe.

Debian's python3-gi belongs to Debian's Python and libfprint to GLib's main loop; both stay here, and so does a crash of
either. In come lines of JSON: {"ask": "list" | "open" | "capture" | "cancel"}, the second with "device". Out go lines
of JSON with "say"; after "image" follow width x height bytes. When the input ends, the scanner is given back.
The only file that imports gi, and it imports nothing else than the standard library.
"""

import json
import os
import resource
import sys
from typing import Any

STACK_MISSING = 3
READ_BYTES = 4096
LONGEST_LINE = 65536


class Worker:
    """One conversation; `fprint`, `glib` and `gio` are the introspected libraries."""

    def __init__(self, fprint: Any, glib: Any, gio: Any, output: int) -> None:
        self._fprint, self._glib, self._gio, self._output = fprint, glib, gio, output
        self._retry_domain = glib.quark_to_string(fprint.device_retry_quark())
        self._device_domain = glib.quark_to_string(fprint.device_error_quark())
        self._loop = glib.MainLoop()
        self._context = fprint.Context()
        self._device: Any = None
        self._cancellable: Any = None
        self._input = b""

    def run(self) -> None:
        """Until the input ends."""
        condition = self._glib.IOCondition
        self._glib.io_add_watch(0, self._glib.PRIORITY_DEFAULT, condition.IN | condition.HUP, self._on_input)
        self._loop.run()
        if self._device is not None and self._device.is_open():
            self._device.close_sync(None)

    def _say(self, say: str, follow: bytes = b"", **facts: object) -> None:
        message = json.dumps({"say": say, **facts}).encode() + b"\n" + follow
        while message:
            message = message[os.write(self._output, message) :]

    def _on_input(self, *_watched: object) -> bool:
        piece = os.read(0, READ_BYTES)
        self._input += piece
        if not piece or len(self._input) > LONGEST_LINE:
            self._loop.quit()
            return False
        while b"\n" in self._input:
            line, _, self._input = self._input.partition(b"\n")
            request = json.loads(line)
            getattr(self, "_ask_" + request["ask"])(request)
        return True

    def _ask_list(self, _: object) -> None:
        self._say("devices", devices=[self._describe(device) for device in self._context.get_devices()])

    def _describe(self, device: Any) -> dict[str, object]:
        return {
            "device": f"{device.get_driver()}/{device.get_device_id()}",
            "name": device.get_name(),
            "driver": device.get_driver(),
            "can_capture": bool(device.has_feature(self._fprint.DeviceFeature.CAPTURE)),
            "scan_type": device.get_scan_type().value_nick,
        }

    def _ask_open(self, request: dict[str, str]) -> None:
        wanted = request["device"]
        found = [device for device in self._context.get_devices() if self._describe(device)["device"] == wanted]
        if not found:
            self._say("error", kind="missing", code=0)
            return
        self._device = found[0]
        self._device.connect("notify::finger-status", self._on_finger)
        self._device.connect("removed", lambda *_: self._say("removed"))
        self._device.open(None, self._on_opened)

    def _on_opened(self, device: Any, result: Any) -> None:
        try:
            device.open_finish(result)
        except self._glib.Error as error:
            self._fail(error)
        else:
            self._say("opened")

    def _on_finger(self, device: Any, _: object) -> None:
        status, flags = device.get_finger_status(), self._fprint.FingerStatusFlags
        self._say("finger", needed=bool(status & flags.NEEDED), present=bool(status & flags.PRESENT))

    def _ask_capture(self, _: object) -> None:
        self._cancellable = self._gio.Cancellable()
        self._device.capture(True, self._cancellable, self._on_captured)

    def _on_captured(self, device: Any, result: Any) -> None:
        self._cancellable = None
        try:
            image = device.capture_finish(result)
        except self._glib.Error as error:
            self._fail(error)
        else:
            width, height = image.get_width(), image.get_height()
            self._say("image", bytes(image.get_data()), width=width, height=height)

    def _ask_cancel(self, _: object) -> None:
        if self._cancellable is not None:
            self._cancellable.cancel()

    def _fail(self, error: Any) -> None:
        kinds = {self._retry_domain: "retry", self._device_domain: "device"}
        kind = kinds.get(error.domain, "other")
        if error.matches(self._gio.io_error_quark(), self._gio.IOErrorEnum.CANCELLED):
            kind = "cancelled"
        self._say("error", kind=kind, code=error.code)


def main() -> int:
    """3 where libfprint or gi is not installed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a print must not be left in a core file
    output = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints does not end up among our lines
    try:
        import gi

        gi.require_version("FPrint", "2.0")
        from gi.repository import FPrint, Gio, GLib
    except (ImportError, ValueError):
        return STACK_MISSING
    Worker(FPrint, GLib, Gio, output).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
