"""The process of a virtual charger: found, started, heard, and ended with its test.

It knows nothing of what the charger does; `virtual` does.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from .errors import NotRunning

#: A charger is there after some ten milliseconds; a computer may be busy.
STARTS_WITHIN_S = 30.0
#: It ends within one second.
ENDS_WITHIN_S = 5.0
#: So much of the log goes into an error.
LAST_LINES = 20


def installed() -> Path:
    """The program that was installed with this package.

    Raises NotRunning: there is none.
    """
    names = ("goe-charger", "goe-charger.exe")
    try:
        own = files("goe-charger") or []
    except PackageNotFoundError:
        own = []
    for file in own:
        path = Path(str(file.locate())).resolve()
        if file.name in names and path.is_file():
            return path
    on_path = shutil.which("goe-charger")
    if on_path is None:
        raise NotRunning(
            "there is no program goe-charger: neither this package nor PATH has it; "
            "install the wheel goe-charger, or name one with executable="
        )
    return Path(on_path)


class Process:
    """A charger that runs, and the folder that is gone with it."""

    def __init__(
        self, program: Path, arguments: Sequence[str], environment: Mapping[str, str], flash: Path | None
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="goe-charger-")
        folder = Path(self._folder.name)
        self._log = folder / "log"
        #: What it said on standard output, to the line before `try:`.
        self.said: list[str] = []
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    # It ends with this process, however that ends.
                    [program, *arguments, "--flash", flash or folder / "flash", "--until-eof"],
                    env={**os.environ, **environment},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                )
            _all.add(self)
        except OSError as error:
            self._folder.cleanup()
            raise NotRunning(f"{program} cannot be started: {error}; name another with executable=") from error
        # Its output cannot be waited for with a limit on every system; and someone has to
        # take what it says later.
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._pass_on, name="goe-charger", daemon=True)
        self._reader.start()
        try:
            self.said = self._hear()
        except BaseException:
            self.stop()
            raise

    def _hear(self) -> list[str]:
        """The lines that it says once it is there."""
        said: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=STARTS_WITHIN_S)
            except queue.Empty:
                raise self.failure(f"the charger said nothing for {STARTS_WITHIN_S:.0f} s") from None
            if line is None:
                self._process.wait(ENDS_WITHIN_S)
                raise self.failure("the charger did not start")
            if line.startswith("try:"):
                return said
            said.append(line)

    def _pass_on(self) -> None:
        """Hands on what it says, and None when it has ended."""
        for line in self._process.stdout or ():
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def log(self) -> str:
        """All that it has logged; empty once it was stopped."""
        try:
            return self._log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def failure(self, what: str) -> NotRunning:
        """An error with how it ended and the end of its log."""
        code = self._process.poll()
        how = "" if code is None else f" (it ended with {code})"
        last = self.log().splitlines()[-LAST_LINES:]
        told = "".join(f"\n  {line}" for line in last) or " nothing"
        return NotRunning(f"{what}{how}; the end of its log:{told}")

    def stop(self) -> None:
        """Ends it, and takes its folder away. More than once does no harm."""
        process = self._process
        try:
            # That is how it is told on every system.
            self.let_go()
            # And in case that someone else has the pipe, which does not end then.
            if os.name == "posix":
                process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            finally:
                process.kill()
                process.wait()
        except subprocess.TimeoutExpired:
            # It was killed, then.
            pass
        finally:
            # Its output ends with it, and the thread with that.
            self._reader.join(ENDS_WITHIN_S)
            if process.stdout is not None:
                process.stdout.close()
            self._folder.cleanup()

    def let_go(self) -> None:
        """Closes this process's end of its input."""
        if self._process.stdin is not None:
            self._process.stdin.close()


_all: weakref.WeakSet[Process] = weakref.WeakSet()


def _let_go_of_all() -> None:
    for process in list(_all):
        process.let_go()


# What is forked from here may live longer, and no charger is to live on with it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_of_all)
