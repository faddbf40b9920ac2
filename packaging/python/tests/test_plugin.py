"""The fixtures and the marker, in runs of pytest of their own."""

import pytest
from goe_charger import MakeCharger

ONE = """
    import pytest
    pytestmark = pytest.mark.goe_charger(car="absent", serial="000003")

    @pytest.mark.goe_charger(serial="000004")
    class TestMarked:
        @pytest.mark.goe_charger(speed=60)
        def test_options_add_up(self, goe_charger):
            assert goe_charger.status("sse", "car") == {"sse": "000004", "car": 1}
            assert goe_charger.garage()["speed"] == 60

    @pytest.mark.parametrize("first", [True, False])
    def test_each_has_its_own(goe_charger, first):
        assert goe_charger.get("amp") == 32
        goe_charger.set(amp=10)
"""


def test_markers_add_up_and_tests_share_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ONE)
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=3)


def test_workers_share_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ONE)
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=3)


def test_wrong_markers_say_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.goe_charger("absent")
        def test_by_place(goe_charger): ...

        @pytest.mark.goe_charger(colour="red")
        def test_unknown(goe_charger): ...
    """)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines_random(["*takes options by name, such as car='absent'*", "*has no option colour*"])


def test_several_at_once(make_goe_charger: MakeCharger) -> None:
    chargers = [make_goe_charger(serial=f"00000{number}", car="absent") for number in range(3)]
    assert [charger.get("sse") for charger in chargers] == ["000000", "000001", "000002"]
    chargers[1].set(amp=6)
    assert [charger.get("amp") for charger in chargers] == [32, 6, 32]
