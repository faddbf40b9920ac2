"""The fenced blocks of a page in docs/: what is tried is what the page says."""

import pathlib
import re
import subprocess


def block(page, language):
    """The one block of that language."""
    text = (pathlib.Path("docs") / page).read_text()
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        raise SystemExit(f"FAILED: docs/{page} has {len(found)} blocks of {language}, where one is tried")
    return found[0]


def run(page):
    """Runs its commands; what they print is shown if they fail."""
    ran = subprocess.run(["bash", "-euc", block(page, "sh")], capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"FAILED: the commands of docs/{page}: {ran.stdout}{ran.stderr}")
