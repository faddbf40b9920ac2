"""wattpilot against a charger's WebSocket: it comes in, reads, hears, sets and is refused.

usage: wattpilot_socket.py HTTP, with the password in GOE_PASSWORD
"""

import logging
import os
import queue
import time

from charger import PATIENCE_S, checked, equal, expect
from wattpilot import Wattpilot

# What it knows by a name of its own, and the key.
NAMES = {
    "amp": "amp", "serial": "sse", "firmware": "fwv", "energyCounterTotal": "eto", "frequency": "fhz", "phases": "pha",
    "cableType": "cbl", "voltage1": "nrg",
}


class Refusals(logging.Handler):
    """What it tells its log of errors."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.told = queue.Queue()

    def emit(self, record):
        self.told.put(record.getMessage())


def wait_until(what, condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > until:
            raise SystemExit(f"FAILED: {what} does not come about")
        time.sleep(0.05)


def check(charger):
    refusals = Refusals()
    logging.getLogger("wattpilot").addHandler(refusals)
    client = Wattpilot(charger.address, os.environ["GOE_PASSWORD"])
    client.connect()
    # It takes the first change for the end of the whole status.
    wait_until("a connection with all values", lambda: client.connected and client.allPropsInitialized)
    raw = charger.status()
    equal("the keys", sorted(client.allProps), sorted(raw))
    for name, key in NAMES.items():
        found, expected = getattr(client, name), raw[key]
        if key == "nrg":
            expect(200 < found < 255, "voltage1", found)
        elif key in ("eto", "fhz"):
            expect(abs(found - expected) <= 0.02 * expected + 50, name, found, expected)
        else:
            equal(name, found, expected)
    client.set_power(11)
    wait_until("amp of 11 at the charger", lambda: charger.value("amp") == 11)
    wait_until("amp of 11 at the client", lambda: client.amp == 11)
    charger.set(amp=12)
    wait_until("amp of 12 at the client", lambda: client.amp == 12)
    client.send_update("amp", 5)
    told = refusals.told.get(timeout=PATIENCE_S)
    expect("Value 5 exceeds range 6 to 32" in told, "the refusal is told as", told)
    equal("amp behind a refusal", charger.value("amp"), 12)
    client._wsapp.close()
    wait_until("the end of the connection", lambda: not client.connected)
    intruder = Wattpilot(charger.address, "wrong")
    intruder.connect()
    told = refusals.told.get(timeout=PATIENCE_S)
    expect("Wrong password" in told, "a wrong password is answered with", told)
    expect(not intruder.connected and not intruder.allProps, "a wrong password comes in")


with checked("wattpilot") as charger:
    check(charger)
