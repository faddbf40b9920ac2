"""A virtual go-eCharger for tests: the charger's own firmware, with a simulated car.

`VirtualCharger` is one; `api` has the types of its keys. With pytest there is the fixture
`goe_charger`.
"""

from .errors import ChargerError, NotReached, NotRunning, Refused
from .virtual import MakeCharger, Options, VirtualCharger

__all__ = ["ChargerError", "MakeCharger", "NotReached", "NotRunning", "Options", "Refused", "VirtualCharger"]
