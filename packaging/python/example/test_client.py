"""goechargerv2, a client that others published, tested against a virtual charger."""

import pytest
from goe_charger import VirtualCharger
from goe_charger.api import Car
from goechargerv2.goecharger import GoeChargerApi


@pytest.fixture
def client(goe_charger: VirtualCharger) -> GoeChargerApi:
    # It takes the strength of the WiFi for a number, which it is once the charger is there.
    goe_charger.wait_for("rssi", lambda rssi: rssi is not None)
    return GoeChargerApi(goe_charger.url, "token")


@pytest.mark.goe_charger(car="absent")
def test_a_car_comes_and_charges(goe_charger: VirtualCharger, client: GoeChargerApi) -> None:
    assert client.request_status()["car_status"] == "Charger ready, no car connected"
    goe_charger.plug({"phases": 1, "max_a": 16})
    goe_charger.wait_for("nrg.11", lambda watts: watts > 3000)
    status = client.request_status()
    assert status["car_status"] == "Car is charging"
    # It divides as the first API wanted it.
    assert 10 * status["i_l1"] == pytest.approx(16, abs=1)
    assert status["p_l2"] == 0


def test_it_is_stopped_and_goes_on(goe_charger: VirtualCharger, client: GoeChargerApi) -> None:
    goe_charger.wait_for("nrg.11", lambda watts: watts > 10_000)
    client.set_force_charging(False)
    goe_charger.wait_for("nrg.11", 0, within=20)
    assert client.request_status()["charging_allowed"] == "off"
    client.set_force_charging(True)
    goe_charger.wait_for("car", Car.Charging)


def test_an_hour_counts(goe_charger: VirtualCharger, client: GoeChargerApi) -> None:
    goe_charger.wait_for("nrg.11", lambda watts: watts > 10_000)
    before = client.request_status()["energy_total"]
    goe_charger.advance(3600)
    assert client.request_status()["energy_total"] - before == pytest.approx(11_000, rel=0.1)


@pytest.mark.parametrize(("fault", "told"), [({"l1": "dead"}, "PHASE"), ({"earth": "missing"}, "NO_GROUND")])
def test_faults_are_told(
    goe_charger: VirtualCharger, client: GoeChargerApi, fault: dict[str, str], told: str
) -> None:
    goe_charger.garage(**fault)
    goe_charger.wait_for("car", Car.Error)
    assert client.request_status()["charger_err"] == told


def test_what_the_charger_refuses_is_an_error(client: GoeChargerApi) -> None:
    with pytest.raises(ValueError, match="Value 5 exceeds range 6 to 32"):
        client.set_max_current(5)
