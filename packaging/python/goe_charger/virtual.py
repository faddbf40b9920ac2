"""A virtual charger for tests: its keys, its garage, and its time."""

from __future__ import annotations

import http.client
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypedDict, Unpack, cast

from .api import Settable, Status
from .errors import ChargerError, NotReached, NotRunning, Refused
from .process import Process, installed

#: Real seconds that an answer may take.
ANSWERS_WITHIN_S = 10.0
#: Real seconds that simulated time may take to pass, in one call.
PATIENCE_S = 60.0
#: The longest real time between two looks at a key, while time is left alone.
LONGEST_PAUSE_S = 0.1


class Options(TypedDict, total=False):
    """How a charger is started. What is left out is as `goe-charger --help` has it."""

    #: Whether a car is there at the start.
    car: Literal["plugged", "absent"]
    #: Simulated seconds per second, 1 to 10000.
    speed: int
    #: Six letters or digits.
    serial: str
    #: The release that it is one of, such as "59.4".
    firmware: str
    #: Of everything that is left to chance.
    seed: int
    #: The WiFi that it is on from the factory.
    wifi: Literal["home", "none"]
    #: A file with a scenario, which is played for the client under test.
    scenario: str | PathLike[str]
    #: A broker of yours, in place of its own.
    mqtt_url: str
    #: Whether Modbus is answered; it is, unless this is false.
    modbus: bool
    #: The file that stands for flash, for what shall outlive this charger.
    flash: str | PathLike[str]
    #: The password of its WebSocket; without it there is one by chance.
    password: str
    #: Further arguments of `goe-charger`.
    args: Sequence[str]
    #: Another program than the one that was installed with this package, such as your own build.
    executable: str | PathLike[str]


class VirtualCharger:
    """A charger of its own, on free ports of this computer, from `start` to `stop`.

    Used with `with`, it is started and stopped by that. Nothing of it is left behind.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        # What shows an error shows the object, too.
        self._process: Process | None = None
        unknown = sorted(options.keys() - Options.__annotations__.keys())
        if unknown:
            known = ", ".join(Options.__annotations__)
            raise TypeError(f"a virtual charger has no option {', '.join(unknown)}; there are {known}")
        self._options = options
        #: The password of its WebSocket.
        self.password: str = options.get("password") or secrets.token_hex(8)
        # Nothing of the environment, such as a proxy, is between it and its charger.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._addresses: dict[str, str] = {}

    # From its start to its end.

    def start(self) -> Self:
        """Starts it, and returns once it answers.

        Raises NotRunning: it did not start, with what it said.
        """
        if self._process is not None:
            raise ChargerError("this charger is running already; make another VirtualCharger for a second one")
        options = self._options
        flags = ("car", "speed", "serial", "firmware", "seed", "wifi", "scenario")
        arguments = ["serve", "--http", "127.0.0.1:0"]
        for flag in flags:
            if flag in options:
                arguments += [f"--{flag}", str(cast(dict[str, Any], options)[flag])]
        arguments += ["--mqtt-url", options["mqtt_url"]] if "mqtt_url" in options else ["--broker", "127.0.0.1:0"]
        if options.get("modbus", True):
            arguments += ["--modbus", "127.0.0.1:0"]
        arguments += options.get("args", ())
        program = Path(options["executable"]) if "executable" in options else installed()
        flash = Path(options["flash"]) if "flash" in options else None
        self._process = Process(program, arguments, {"GOE_PASSWORD": self.password}, flash)
        # A line for each wire: its name, and the address behind it.
        lines = (line.split() for line in self._process.said)
        self._addresses = {words[0]: words[1].rstrip(",") for words in lines if len(words) > 1}
        return self

    def stop(self) -> None:
        """Stops it within a second, and takes its flash away. More than once does no harm."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<VirtualCharger at {self.url}>" if self._process else "<VirtualCharger, stopped>"

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise NotRunning("this charger is not running; use it inside `with VirtualCharger() as charger:`")
        return self._process

    # Where it is.

    @property
    def http(self) -> str:
        """Host and port of HTTP, such as `127.0.0.1:40123`."""
        return urllib.parse.urlsplit(self._address("HTTP")).netloc

    @property
    def url(self) -> str:
        """The same as a URL, to which a client adds `/api/status`."""
        return f"http://{self.http}"

    @property
    def ws(self) -> str:
        """The URL of its WebSocket, which asks for `password`."""
        return self._address("WS")

    @property
    def mqtt(self) -> str:
        """The URL of its broker."""
        return self._options["mqtt_url"] if "mqtt_url" in self._options else self._address("MQTT")

    @property
    def modbus(self) -> str:
        """Host and port of Modbus."""
        return self._address("Modbus")

    def _address(self, wire: str) -> str:
        # It has to run: a port that was given back may be another's by now.
        said = self._running.said
        if wire not in self._addresses:
            raise ChargerError(f"this charger has told no address of {wire}; it said: {said}")
        return self._addresses[wire]

    def log(self) -> str:
        """What it has logged so far."""
        return self._running.log()

    # Its keys.

    def status(self, *keys: str) -> Status:
        """Its status: the keys that are asked for, or all. A key that the charger lacks is not in it."""
        query = "?" + urllib.parse.urlencode({"filter": ",".join(keys)}) if keys else ""
        return cast(Status, json.loads(self._ask("/api/status" + query)))

    def get(self, key: str) -> Any:
        """The value of a key, or a part of it: `nrg.11` is the total power, `ccw.ssid` the network.

        Raises KeyError: the charger has no such key, or the value no such part.
        """
        return _part(self.status(key.split(".")[0]), key)

    def set(self, values: Mapping[str, object] | None = None, /, **typed: Unpack[Settable]) -> None:
        """Sets keys: `set(amp=10, frc=Frc.Off)`. A mapping takes what the table does not know, and
        what is no name in Python: `set({"del": 3})`.

        Raises Refused: the charger did not take all of them; it has the reason for each.
        """
        wanted = {**(values or {}), **typed}
        query = urllib.parse.urlencode({key: json.dumps(value) for key, value in wanted.items()})
        answer: dict[str, Literal[True] | str] = json.loads(self._ask(f"/api/set?{query}", refusal=500))
        reasons = {key: reason for key, reason in answer.items() if reason is not True}
        if reasons:
            raise Refused("; ".join(reasons.values()), reasons)

    # What surrounds it.

    def garage(self, **change: object) -> dict[str, Any]:
        """What surrounds the charger, changed before if something is given:
        `garage(sun={"peak_w": 8000}, l1="dead")`. What it may be is told in the page of the garage.

        The charger sees it with its next second.
        Raises Refused: nothing of it was changed.
        """
        body = json.dumps(change).encode() if change else None
        return cast(dict[str, Any], json.loads(self._ask("/garage", body)))

    def plug(self, car: str | Mapping[str, object] = "plugged") -> None:
        """A car comes: the last one, a kind such as `"one-phase"`, or one that is described."""
        self.garage(car=car)

    def unplug(self) -> None:
        """The car leaves."""
        self.garage(car="absent")

    # Its time.

    def advance(self, by: timedelta | float) -> None:
        """Lets simulated time pass at once, in whole seconds; sockets and MQTT stay in real time.

        Returns when it has passed, beside what passes anyway at the charger's speed.
        """
        seconds = _seconds(by)
        if seconds:
            self._pass(seconds, time.monotonic() + PATIENCE_S)

    def wait_for(
        self,
        key: str,
        expected: object,
        within: timedelta | float = 60,
        *,
        every: timedelta | float = 1,
        live: bool = False,
    ) -> Any:
        """Waits until a key (or a part of it, as `get` has it) is that value, or fulfils that
        function, and returns it. Simulated time passes at once meanwhile, and the key is looked
        at `every` so long of it.

        With `live` time is left alone and passes at the charger's speed, for when someone else
        has to act meanwhile, such as a client under test.
        Raises NotReached: `within` so much simulated time it was not, or 60 s of real time passed.
        """
        limit, pace = _seconds(within), _seconds(every)
        if pace < 1:
            raise ValueError("every: a key is looked at every second at most")
        fulfils = cast("Callable[[Any], bool]", expected) if callable(expected) else None
        until = time.monotonic() + PATIENCE_S
        began_ms: int | None = None
        while True:
            status = self.status("rbt", key.split(".")[0])
            value = _part(status, key)
            began_ms = status["rbt"] if began_ms is None else began_ms
            passed = (status["rbt"] - began_ms) / 1000
            if fulfils(value) if fulfils else value == expected:
                return value
            wanted = getattr(expected, "__name__", repr(expected)) if fulfils else repr(expected)
            if passed >= limit:
                raise NotReached(f"{key} did not become {wanted} within {limit} s of simulated time; it is {value!r}")
            if time.monotonic() > until:
                raise NotReached(
                    f"{key} did not become {wanted} in {PATIENCE_S:.0f} s of real time, in which {passed:.0f} of "
                    f"{limit} s of simulated time passed; it is {value!r}; let time run faster, or look less often"
                )
            if live:
                # By HTTP nobody is told of what changes.
                speed: int = self.garage()["speed"]
                time.sleep(min(pace / speed, LONGEST_PAUSE_S))
            else:
                self._pass(max(1, min(pace, round(limit - passed))), until)

    def _pass(self, seconds: int, until: float) -> None:
        left = self.garage(advance_s=seconds)["advance_s"]
        while left > 0:
            if time.monotonic() > until:
                self.garage(advance_s=0)
                raise NotReached(f"{PATIENCE_S:.0f} s of real time passed while {left} s of simulated time were left")
            left = self.garage()["advance_s"]

    # How it is asked.

    def _ask(self, path: str, body: bytes | None = None, refusal: int = 400) -> bytes:
        """The answer to a request. A set that is refused is answered with 500, and JSON as one
        that is taken; other refusals are text."""
        process = self._running
        request = urllib.request.Request(self.url + path, data=body)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=ANSWERS_WITHIN_S) as answer:
                return cast(bytes, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                said = error.read()
            if error.code == 500 and refusal == 500:
                return said
            text = said.decode(errors="replace").strip()
            raise Refused(text or f"{path} is answered with {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            if not process.is_running:
                raise process.failure("the charger has ended") from error
            raise NotRunning(f"the charger does not answer at {self.url}{path}: {error}") from error


class MakeCharger(Protocol):
    """The type of the fixture `make_goe_charger`."""

    def __call__(self, **options: Unpack[Options]) -> VirtualCharger:
        """A charger that runs until the test ends."""


def _part(status: Status, key: str) -> Any:
    name, *parts = key.split(".")
    if name not in status:
        raise KeyError(f"this charger has no key {name} that can be read")
    value = cast(dict[str, Any], status)[name]
    for part in parts:
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise KeyError(f"{key}: there is no {part} in {json.dumps(value)}") from None
    return value


def _seconds(length: timedelta | float) -> int:
    """A length of time in whole seconds, as the charger's time has."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    if seconds < 0 or seconds != int(seconds):
        raise ValueError(f"the charger's time passes in whole seconds, which {length!r} is not")
    return int(seconds)
