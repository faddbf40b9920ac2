"""What can go wrong with a virtual charger; each says what, and what the charger said."""

from __future__ import annotations


class ChargerError(Exception):
    """Any of these."""


class NotRunning(ChargerError):
    """The charger did not start, or is no longer there. The text has the end of its log."""


class Refused(ChargerError):
    """The charger takes something as it is not: a value of a key, or a change of its garage."""

    def __init__(self, text: str, reasons: dict[str, str] | None = None) -> None:
        super().__init__(text)
        #: Of a set: each key that was refused, with the charger's reason. The others were taken.
        self.reasons: dict[str, str] = reasons or {}


class NotReached(ChargerError, TimeoutError):
    """A key did not become in time what was waited for."""
