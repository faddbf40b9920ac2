"""How a client uses the declarations; `mypy --strict` has to accept what is right, and to
refuse each line that says which error it is."""

import json
from urllib.parse import urlencode
from urllib.request import urlopen

from api import Car, Frc, SetAnswer, Settable, Status


def status(base: str, *keys: str) -> Status:
    with urlopen(f"{base}/api/status?{urlencode({'filter': ','.join(keys)})}") as answer:
        values: Status = json.load(answer)
        return values


def set_keys(base: str, values: Settable) -> SetAnswer:
    query = urlencode({key: json.dumps(value) for key, value in values.items()})
    with urlopen(f"{base}/api/set?{query}") as answer:
        outcome: SetAnswer = json.load(answer)
        return outcome


def use(base: str) -> float | None:
    assert set_keys(base, {"dwo": 3500, "frc": Frc.Off}) == {"dwo": True, "frc": True}
    assert set_keys(base, {"dwo": None, "frc": 0, "wifis": [{}, {"ssid": "home", "key": "correct horse"}]})
    values = status(base, "dwo", "wifis", "alw", "car", "amp")
    car = values["car"]
    assert values["dwo"] is None and car is not None and Car(car) == Car.Charging
    # What is written as text reads as whether there is one.
    known: bool = values["wifis"][1]["key"]
    assert known
    # Those are refused before anything is sent.
    wrong: list[Settable] = [
        {"dwo": "much"},  # type: ignore[typeddict-item]
        {"alw": True},  # type: ignore[typeddict-unknown-key]
        {"frc": 9},  # type: ignore[typeddict-item]
    ]
    assert wrong
    return values["delw"]  # type: ignore[typeddict-item,no-any-return]


if __name__ == "__main__":
    import sys

    try:
        use(sys.argv[1])
    except KeyError as error:
        assert error.args == ("delw",)
        print("  a charger is read and set")
