"""goecharger-api-lite, a client that others published, tested against a virtual charger."""

import pytest
from goe_charger import VirtualCharger
from goe_charger.api import Car
from goecharger_api_lite import GoeCharger
from goecharger_api_lite.exception import GoeChargerError

MODES = GoeCharger.SettableValueEnum.ChargingMode


@pytest.fixture
def client(goe_charger: VirtualCharger) -> GoeCharger:
    return GoeCharger(goe_charger.http)


@pytest.mark.goe_charger(car="absent")
def test_a_car_comes_and_charges(goe_charger: VirtualCharger, client: GoeCharger) -> None:
    assert client.get_status()["car_state"] == "Idle"
    goe_charger.plug({"phases": 1, "max_a": 16})
    goe_charger.wait_for("nrg.11", lambda watts: watts > 3000)
    status = client.get_status()
    assert status["car_state"] == "Charging"
    assert status["energy"]["current"]["L1"] == pytest.approx(16, abs=0.5)
    assert status["energy"]["power"]["L2"] == 0


def test_it_is_stopped_and_goes_on(goe_charger: VirtualCharger, client: GoeCharger) -> None:
    goe_charger.wait_for("car", Car.Charging)
    client.set_charging_mode(MODES.off)
    goe_charger.wait_for("nrg.11", 0, within=20)
    assert client.get_status()["car_state"] == "Complete"
    client.set_charging_mode(MODES.neutral)
    goe_charger.wait_for("car", Car.Charging)


def test_a_limit_ends_it(goe_charger: VirtualCharger, client: GoeCharger) -> None:
    client.set_charge_limit(5000)
    # Half an hour with 11 kW.
    goe_charger.wait_for("car", Car.Complete, within=3600, every=60)
    assert goe_charger.get("wh") == pytest.approx(5000, rel=0.05)


def test_a_fault_is_seen(goe_charger: VirtualCharger, client: GoeCharger) -> None:
    goe_charger.garage(residual="dc")
    goe_charger.wait_for("car", Car.Error)
    assert client.get_status()["error"] == "FiDc"


def test_what_the_charger_refuses_is_an_error(client: GoeCharger) -> None:
    with pytest.raises(GoeChargerError, match="Value 5 exceeds range 6 to 32"):
        client.set_ampere(5)
