"""The notices of what is built into the programs, each of which asks to go along with them."""

import json
import re
import subprocess
import sys
from pathlib import Path

NAMES = ("license", "licence", "copying", "copyright", "notice", "unlicense")
HEAD = """\
What is built into {programs} for {triple}, beside the project's own code
(LICENSE-MIT or LICENSE-APACHE, at your choice): the crates below, from
https://crates.io/crates/NAME/VERSION, where the source of each is; and the standard
library of Rust (MIT or Apache-2.0, https://www.rust-lang.org).
"""
GLIBC = """
The programs are linked with the GNU C Library (LGPL-2.1 or later, https://sourceware.org/glibc/).
With the project's source and packaging/archive anyone can link them with another version
of it. Its licence is the last text.
"""
LGPL = Path("/usr/share/common-licenses/LGPL-2.1")


def collect(root: Path, triple: str, programs: list[str]) -> str:
    """A text with each crate and its licence, and with each notice once."""
    folders = {(crate["name"], crate["version"]): crate for crate in metadata(root)}
    lines: list[str] = []
    texts: dict[str, list[str]] = {}
    for name, version in sorted(linked(root, triple, programs)):
        crate = folders[name, version]
        if crate["source"] is None:
            continue
        files = notices(Path(crate["manifest_path"]).parent, crate["license"] or "")
        by = "" if files else f", which has no notice but its authors: {', '.join(crate['authors']) or 'none named'}"
        lines.append(f"{name} {version}: {crate['license'] or 'see its notice'}{by}")
        for text in files:
            texts.setdefault(text, []).append(f"{name} {version}")
    if triple.endswith("-linux-gnu"):
        texts[LGPL.read_text(encoding="utf-8").strip()] = ["the GNU C Library"]
    head = HEAD.format(programs=", ".join(programs), triple=triple)
    head += GLIBC if triple.endswith("-linux-gnu") else ""
    parts = [head, "\n".join(lines)]
    parts += [f"{'-' * 80}\n{', '.join(whose)}:\n\n{text}" for text, whose in texts.items()]
    return "\n\n".join(parts) + "\n"


def look(triple: str) -> None:
    """Ends where a text is missing, before anything is built."""
    if triple.endswith("-linux-gnu") and not LGPL.is_file():
        sys.exit(f"error: {LGPL} has to go along and is not there; Debian and Ubuntu have it in the package base-files")


def linked(root: Path, triple: str, programs: list[str]) -> set[tuple[str, str]]:
    """The crates that are in the programs: no macros, and nothing that only builds."""
    command = ["cargo", "tree", "--locked", "--target", triple, "--edges", "normal,no-proc-macro"]
    command += ["--prefix", "none", "--format", "{p}", "--features", "goe-charger/shells"]
    command += [word for program in programs for word in ("--package", program)]
    said = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    words = (line.split() for line in said.splitlines() if line)
    return {(name, version.removeprefix("v")) for name, version, *_ in words}


def metadata(root: Path) -> list[dict]:
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    said = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE).stdout
    return json.loads(said)["packages"]


def notices(folder: Path, terms: str) -> list[str]:
    """The notices in a crate's folder: that of MIT alone where it may be chosen."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name.lower().startswith(NAMES)]
    if " AND " not in terms:
        files = [path for path in files if "mit" in re.split("[^a-z]", path.name.lower())] or files
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files)
    return ["\n".join(line.rstrip() for line in text.splitlines()).strip() for text in texts]
