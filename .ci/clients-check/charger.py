"""The charger, seen by plain HTTP beside a client: what the client's words are compared with.

Times are the charger's own where they can be (`rbt`, `lmsc`, `lccfc`), so that it does not matter how fast
it runs, nor how loaded this machine is. What a check changes is put back when it ends.
"""

import contextlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE_S = 60

# Where every check begins: nobody forces anything, and nothing holds the car back.
BEGINNING = {"frc": 0, "psm": 2, "amp": 32, "ama": 32, "mca": 6, "dwo": None, "acs": 0, "trx": None, "lmo": 3, "ust": 0}

failures = 0


def expect(condition, *text):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", *text)


def equal(what, found, expected):
    """Equal, and of the same JSON type: 1 is not true, while 3500 and 3500.0 are one number."""
    same = found == expected and isinstance(found, bool) == isinstance(expected, bool)
    expect(same, what, "is", repr(found), "and not", repr(expected))


def near(what, found, expected, least, share=0.01):
    expect(abs(found - expected) <= max(least, share * abs(expected)), what, "is", found, "and not about", expected)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_energy(nrg):
    """The sixteen numbers agree with each other: P = U · I · pf on each phase, and the sum is the sum."""
    expect(len(nrg) == 16 and all(map(is_number, nrg)), "nrg has to be 16 numbers:", nrg)
    volts, amperes, watts, factors = nrg[0:3], nrg[4:7], nrg[7:10], nrg[12:15]
    for phase, (u, i, p, factor) in enumerate(zip(volts, amperes, watts, factors), 1):
        expect(200 < u < 255, f"voltage of L{phase}:", u)
        expect(0 <= factor <= 100, f"power factor of L{phase} in percent:", factor)
        near(f"power of L{phase}", p, u * i * factor / 100, least=5)
    near("power of all phases", nrg[11], sum(nrg[7:11]), least=1)


class Charger:
    def __init__(self, address):
        self.address = address
        self.base = f"http://{address}"

    def get(self, path):
        """Status code, content type and JSON of an answer."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, answer.headers["Content-Type"], json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], json.load(error)

    def status(self, *keys):
        path = "/api/status" + ("?filter=" + ",".join(keys) if keys else "")
        return self.get(path)[2]

    def value(self, key):
        return self.status(key)[key]

    def set(self, **values):
        """Sets keys, each of which the charger has to take."""
        query = urllib.parse.urlencode({key: json.dumps(value) for key, value in values.items()})
        code, _, answer = self.get(f"/api/set?{query}")
        if code != 200 or answer != dict.fromkeys(values, True):
            raise SystemExit(f"FAILED: a set of {values} is answered with {code} and {answer}")

    def wait(self, what, condition, *keys):
        """The first status of those keys for which the condition holds."""
        end = time.monotonic() + PATIENCE_S
        while True:
            status = self.status(*keys)
            if condition(status):
                return status
            if time.monotonic() > end:
                raise SystemExit(f"FAILED: {what} did not come in {PATIENCE_S} s: {status}")
            time.sleep(0.05)

    def draws(self, amperes=None, phases=3):
        """Waits until the car draws steadily: that current, or whatever it takes."""
        last = {}

        def steady(status):
            nonlocal last
            if status["rbt"] - last.get("rbt", status["rbt"]) > 1500:
                before, now = last["nrg"][4:7], status["nrg"][4:7]
                last = status
                drawing = [i for i in now if i > 1]
                right = amperes is None or all(abs(i - amperes) < 0.5 for i in drawing)
                return len(drawing) == phases and right and before == now
            last = last or status
            return False

        return self.wait(f"a car that draws {amperes or 'its'} A on {phases}", steady, "nrg", "rbt", "car", "wh", "pnp")

    def stops(self, reason):
        """Waits until the car has stopped, for that reason and within seconds of the charger's time."""

        def done(s):
            return s["modelStatus"] == reason and s["car"] == 4 and s["nrg"][11] == 0 and s["pha"][:3] == [False] * 3

        keys = ("car", "modelStatus", "nrg", "pha", "alw", "lmsc", "lccfc")
        status = self.wait(f"the end of charging for reason {reason}", done, *keys)
        equal("alw of a car that may not charge", status["alw"], False)
        took_ms = status["lccfc"] - status["lmsc"]
        expect(0 <= took_ms <= 5000, "the car went on charging for", took_ms, "ms")

    def starts(self, reason):
        """Waits until the car charges again, for that reason and within seconds of the charger's time."""

        def done(s):
            return s["modelStatus"] == reason and s["car"] == 2

        keys = ("car", "modelStatus", "alw", "lmsc", "lcctc")
        status = self.wait(f"charging for reason {reason}", done, *keys)
        equal("alw of a car that may charge", status["alw"], True)
        took_ms = status["lcctc"] - status["lmsc"]
        # A pause that was forced ends 10 to 15 seconds later.
        expect(0 <= took_ms <= 15000, "the car began to charge after", took_ms, "ms")


@contextlib.contextmanager
def checked(name):
    """A charger whose car charges with all it takes; ends the program as the check went."""
    charger = Charger(sys.argv[1])
    try:
        before = charger.status(*BEGINNING, "fna", "car")
    except OSError as error:
        raise SystemExit(f"FAILED: no charger answers at {charger.base}: {error}") from None
    if before.pop("car") in (0, 1, 5):
        raise SystemExit(f"FAILED: no car can charge at {charger.base}; plug one in")
    began = time.monotonic()
    try:
        charger.set(**BEGINNING)
        charger.draws()
        yield charger
    finally:
        charger.set(**before)
    if failures:
        raise SystemExit(1)
    print(f"  {name}: as it should be, in {time.monotonic() - began:.0f} s")
