"""Puts the programs into the wheel, and says which computers they run on.

They are taken from the folder that GOE_BINARIES names; nothing is compiled here. What
they run on is read from the programs themselves, so that no wheel can promise more.
"""

from __future__ import annotations

import os
import struct
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROGRAMS = ("goe-charger", "goectl", "goe-codegen")

MEND = "build them with packaging/archive, and set GOE_BINARIES to the folder that it prints last"


class Refused(Exception):
    """The wheel cannot be built, and how that is mended."""


class Programs(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling calls."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            raise Refused("there is only a wheel, since its programs are not built from Python: use `python -m build --wheel`")
        programs = found(os.environ.get("GOE_BINARIES"))
        platforms = {name: platform_of(path) for name, path in programs.items()}
        if len(set(platforms.values())) > 1:
            raise Refused(f"GOE_BINARIES has programs for different computers: {platforms}; {MEND}")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platforms[PROGRAMS[0]]}"
        build_data["shared_scripts"] = {str(path): path.name for path in programs.values()}
        # What is inside of the programs has licences, too, which packaging/archive collects.
        notices = programs[PROGRAMS[0]].with_name("LICENSE-THIRD-PARTY")
        if notices.is_file():
            build_data["force_include"][str(notices)] = f"goe_charger/{notices.name}"


def found(folder: str | None) -> dict[str, Path]:
    """Where each program is."""
    if not folder:
        raise Refused(f"GOE_BINARIES is not set, so there are no programs for the wheel; {MEND}")
    where = Path(folder)
    if not where.is_dir():
        raise Refused(f"GOE_BINARIES is {folder}, which is no folder; {MEND}")
    programs = {}
    for name in PROGRAMS:
        both = [path for path in (where / name, where / f"{name}.exe") if path.is_file()]
        if not both:
            raise Refused(f"GOE_BINARIES is {folder}, where there is no {name}; {MEND}")
        programs[name] = both[0]
    return programs


def platform_of(program: Path) -> str:
    """The platforms that a program runs on, as the tags of wheels name them."""
    with program.open("rb") as file:
        head = file.read(4096)
    try:
        if head.startswith(b"\x7fELF"):
            return of_linux(head)
        if head.startswith(b"MZ"):
            return of_windows(head)
        if head.startswith(b"\xcf\xfa\xed\xfe"):
            return of_macos(head)
    except (struct.error, KeyError) as error:
        raise Refused(f"{program} is for a computer that is not known here ({error}); {MEND}") from error
    raise Refused(f"{program} is no program of Linux, macOS or Windows; {MEND}")


def of_linux(head: bytes) -> str:
    """A static program runs with any C library, others only where they were built."""
    machine = {62: "x86_64", 183: "aarch64"}[struct.unpack_from("<H", head, 18)[0]]
    (table,) = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    interpreter = 3
    kinds = [struct.unpack_from("<I", head, table + size * entry)[0] for entry in range(count)]
    if interpreter in kinds:
        built_here = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        if built_here != f"linux_{machine}":
            raise KeyError(f"it needs a C library, which can only be told on linux_{machine}")
        return built_here
    return f"manylinux_2_17_{machine}.musllinux_1_1_{machine}"


def of_windows(head: bytes) -> str:
    """By the machine in the header that the stub of DOS leads to."""
    (at,) = struct.unpack_from("<I", head, 60)
    return {0x8664: "win_amd64", 0xAA64: "win_arm64"}[struct.unpack_from("<H", head, at + 4)[0]]


def of_macos(head: bytes) -> str:
    """The oldest releases that Rust builds for."""
    (kind,) = struct.unpack_from("<I", head, 4)
    return {0x0100_0007: "macosx_10_12_x86_64", 0x0100_000C: "macosx_11_0_arm64"}[kind]
