"""A charger's process: it starts with its test, ends with it, and says why it did not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from goe_charger import ChargerError, NotRunning, VirtualCharger


def is_there(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def process_of(charger: VirtualCharger) -> int:
    assert charger._process is not None
    return charger._process.pid


def test_it_ends_with_its_block_within_a_second() -> None:
    with VirtualCharger() as charger:
        pid, url = process_of(charger), charger.url
        assert is_there(pid)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert not is_there(pid)
    with pytest.raises(NotRunning, match="inside `with VirtualCharger"):
        charger.status()
    assert url.startswith("http://127.0.0.1:")


@pytest.mark.skipif(os.name != "posix", reason="pipes are handed on as POSIX does it")
def test_it_ends_while_another_process_has_its_pipe() -> None:
    with VirtualCharger() as charger:
        assert charger._process is not None
        process = charger._process._process
        assert process.stdin is not None
        waits = [sys.executable, "-c", "input()"]
        other = subprocess.Popen(waits, stdin=subprocess.PIPE, pass_fds=[process.stdin.fileno()])
        began = time.monotonic()
    took = time.monotonic() - began
    assert other.poll() is None
    other.communicate(b"\n", timeout=10)
    assert took < 1
    assert process.returncode == 0, "it was killed"


def test_it_ends_with_an_exception_too() -> None:
    with pytest.raises(ZeroDivisionError), VirtualCharger() as charger:
        pid = process_of(charger)
        raise ZeroDivisionError
    assert not is_there(pid)


def test_it_can_be_started_again_with_what_is_in_its_flash(tmp_path: Path) -> None:
    charger = VirtualCharger(flash=tmp_path / "flash")
    for boot in (1, 2):
        with charger:
            assert charger.get("rbc") == boot
            with pytest.raises(ChargerError, match="running already"):
                charger.start()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at as Linux shows them")
def test_it_does_not_outlive_a_killed_test() -> None:
    # What the test forked lives on, until its input ends.
    script = (
        "import os, sys; from goe_charger import VirtualCharger\n"
        "with VirtualCharger() as charger:\n"
        "    if os.fork():\n"
        "        print(charger._process.pid, flush=True)\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True) as test:
        assert test.stdout is not None
        pid = int(test.stdout.readline())
        assert is_there(pid)
        os.kill(test.pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while is_there(pid):
            assert time.monotonic() < deadline, "the charger outlives its test"
            time.sleep(0.02)


def test_what_does_not_start_says_why() -> None:
    with pytest.raises(NotRunning, match=r"(?s)did not start \(it ended with 2\).*six letters or digits"):
        VirtualCharger(serial="12").start()
    with pytest.raises(NotRunning, match="executable="):
        VirtualCharger(executable="/nowhere/goe-charger").start()
    with pytest.raises(TypeError, match="no option colour; there are car, "):
        VirtualCharger(colour="red")  # type: ignore[call-arg]


def test_what_dies_is_told_with_its_log() -> None:
    with VirtualCharger() as charger:
        os.kill(process_of(charger), signal.SIGKILL)
        os.waitid(os.P_PID, process_of(charger), os.WEXITED | os.WNOWAIT)
        with pytest.raises(NotRunning, match=r"(?s)has ended \(it ended with -9\).*flash is blank"):
            charger.status()
