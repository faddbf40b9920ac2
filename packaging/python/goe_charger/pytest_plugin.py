"""The fixtures `goe_charger` and `make_goe_charger` of pytest, and the marker of their options.

pytest loads this in every run, so the charger is imported where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Unpack, cast

import pytest

if TYPE_CHECKING:
    from .virtual import MakeCharger, Options, VirtualCharger

MARKER = "goe_charger"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers", f"{MARKER}(car='plugged', speed=1, …): how the chargers of a test are started, as VirtualCharger has it"
    )


@pytest.fixture(name="make_goe_charger")
def make(request: pytest.FixtureRequest) -> Iterator[MakeCharger]:
    """Makes chargers that run until the test ends: `make_goe_charger(serial="000002")`.

    What the markers say holds for all of them, but for what is given here.
    """
    from .virtual import VirtualCharger

    with ExitStack() as chargers:

        def make_one(**options: Unpack[Options]) -> VirtualCharger:
            asked = cast("Options", {**_marked(request), **options})
            return chargers.enter_context(VirtualCharger(**asked))

        yield make_one


@pytest.fixture(name="goe_charger")
def charger(make_goe_charger: MakeCharger) -> VirtualCharger:
    """A virtual charger that is there for one test, as its markers want it."""
    return make_goe_charger()


def _marked(request: pytest.FixtureRequest) -> dict[str, object]:
    """The options of all markers, from the module's to the test's own."""
    options: dict[str, object] = {}
    for marker in reversed(list(request.node.iter_markers(MARKER))):
        if marker.args:
            raise pytest.UsageError(
                f"{request.node.nodeid}: the marker {MARKER} takes options by name, such as car='absent', "
                f"and not {marker.args[0]!r}"
            )
        options.update(marker.kwargs)
    return options
