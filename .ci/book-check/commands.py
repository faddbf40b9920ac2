"""Runs the commands of the book as a reader would, page by page.

A page's commands stand in blocks of `sh`, or behind `$ ` in blocks of `console`, where what
they print follows; behind a block of `sh` a block of `text` has that. Indented blocks that begin with a
program count, too. Each page has a fresh checkout, a home and its own processes; they are in a
network namespace, so the ports of the book are free and nothing leaves this machine. Programs
come from GOE_BINARIES, archives and wheels that the book installs from GOE_DIST.

A command has to end with 0, or to print what the page shows (`…` stands for anything). One that
serves goes on until the page ends or another takes its address, and is waited for by what it says.

usage: commands.py [PAGE…]      (without: all of docs/contents.yml)
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

import tables

ROOT = Path(__file__).resolve().parents[2]
# Rows of the tables that were of something.
USED: set[tuple] = set()
# How an indented block of commands begins.
PROGRAMS = re.compile(r"sudo |[A-Z_]+=\S+ |bash |cargo |cd |curl |docker |\.ci/|firmware/|goe-|goectl |mbpoll |mosquitto_|pip |podman |python3 |\.venv/|rustup |tar ")


@dataclass
class Command:
    page: str
    line: int
    text: str
    # What the page shows of its output.
    shown: str | None = None


class Failure(Exception):
    pass


def pages() -> list[str]:
    """The Markdown files of the book, in its order."""
    found: list[str] = []

    def walk(node) -> None:
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key in ("file", "root"):
                    found.append(f"{value}.md")
                elif key == "glob":
                    found.extend(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(f"{value}.md")))
                else:
                    walk(value)

    walk(yaml.safe_load((ROOT / "docs/contents.yml").read_text(encoding="utf-8")))
    return list(dict.fromkeys(found))


def tokens_of(page: str) -> list[Token]:
    return MarkdownIt("commonmark").parse((ROOT / page).read_text(encoding="utf-8"))


def commands(page: str) -> list[Command]:
    tokens = tokens_of(page)
    found: list[Command] = []
    for token, after in zip(tokens, [*tokens[1:], None]):
        if token.type not in ("fence", "code_block"):
            continue
        kind = token.info.split()[0] if token.info else ""
        line = (token.map or [0])[0] + (2 if token.type == "fence" else 1)
        if kind == "console" or token.type == "code_block" and token.content.startswith("$ "):
            found += session(page, line, token.content)
        elif kind == "sh" or token.type == "code_block" and PROGRAMS.match(token.content):
            block = script(page, line, token.content)
            if after and after.type == "fence" and after.info == "text":
                if len(block) != 1:
                    raise SystemExit(f"error: {page}:{line}: a block with its output behind it has one command")
                block[0].shown = after.content
            found += block
    return found


def session(page: str, line: int, text: str) -> list[Command]:
    """Commands behind `$ `, each with what it prints; one that shows nothing prints what it likes."""
    found: list[Command] = []
    for number, content in enumerate(text.splitlines(), line):
        if content.startswith("$ "):
            found.append(Command(page, number, content[2:]))
        elif found:
            found[-1].shown = (found[-1].shown or "") + content + "\n"
    return found


def script(page: str, line: int, text: str) -> list[Command]:
    """The commands of a block: a line each, but for those that go on in the next."""
    found: list[Command] = []
    goes_on = False
    for number, content in enumerate(text.splitlines(), line):
        if goes_on:
            found[-1].text += "\n" + content
        elif content.strip() and not content.startswith("#"):
            found.append(Command(page, number, content))
        goes_on = bool(found) and content.endswith("\\")
    return found


def pattern(shown: str) -> re.Pattern[str]:
    """A regular expression for what is shown: `…` alone in a line is any lines, else any text of one."""
    lines = []
    for line in shown.rstrip().splitlines():
        if line.strip() in ("…", "..."):
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(re.escape(part.rstrip()) for part in line.rstrip().split("…")) + r"[ \t]*\n")
    return re.compile("".join(lines))


class Server:
    """A command that goes on in the background, and what it says."""

    def __init__(self, command: Command, process: subprocess.Popen, port: int | None) -> None:
        self.command = command
        self.process = process
        self.port = port
        self.ended = False
        self.said = ""
        self.is_silent = False
        self.news = threading.Condition()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.news:
                self.said += plain(line.decode(errors="replace"))
                self.news.notify()
        with self.news:
            self.is_silent = True
            self.news.notify()

    def wait_until_it_says(self, wanted: re.Pattern[str], bound_s: float) -> None:
        with self.news:
            self.news.wait_for(lambda: self.is_silent or wanted.search(self.said), bound_s)
            if not wanted.search(self.said):
                why = "before it ended" if self.is_silent else f"within {bound_s} s"
                raise Failure(f"{why} it did not say `{wanted.pattern}`, but\n{self.said}")

    def end(self) -> None:
        """As by Ctrl-C."""
        self.ended = True
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(tables.BOUND_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise Failure("Ctrl-C did not end it") from None


def plain(text: str) -> str:
    """Without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@dataclass
class Reader:
    """Somebody who sits before a page, with a checkout and a home."""

    page: str
    folder: Path
    servers: list[Server] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.folder / "state"
        home = self.folder / "home"
        home.mkdir()
        # What is refused is no success, but what curl says of it is not what the page shows.
        (home / ".curlrc").write_text("silent\nfail-with-body\n")
        self.checkout = self.folder / "goe"
        copy_checkout(self.checkout)
        write_files(self.page, self.checkout)
        self.environment = environment(home)

    def run(self, command: Command) -> None:
        text = command.text
        for row in tables.REWRITTEN:
            page, before, after, _ = row
            if re.match(page, self.page) and re.search(before, text):
                USED.add(row)
                text = re.sub(before, after, text)
        for serving in tables.SERVES:
            if re.search(serving[0], text):
                USED.add(serving)
                return self.serve(command, text, re.compile(serving[1], re.MULTILINE))
        self.finish(command, text)

    def bash(self, text: str, **how) -> subprocess.Popen:
        begin = f"[ ! -e {self.state} ] || source {self.state}\n"
        return subprocess.Popen(["bash", "-c", begin + text], env=self.environment, cwd=self.checkout,
                                stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True, **how)

    def finish(self, command: Command, text: str) -> None:
        """What a command leaves to the next is its folder and its variables."""
        keep = f'\ncode=$?\n{{ export -p; printf "cd %q\\n" "$PWD"; }} >{self.state}\nexit $code'
        process = self.bash(text + keep, stdout=subprocess.PIPE)
        bound_s = tables.CARGO_BOUND_S if "cargo " in text else tables.BOUND_S
        try:
            said, _ = process.communicate(timeout=bound_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            raise Failure(f"it did not end within {bound_s} s, and printed\n{plain(said.decode())}") from None
        said = plain(said.decode(errors="replace")).rstrip() + "\n"
        if command.shown is None:
            if process.returncode:
                raise Failure(f"it ended with {process.returncode}, and printed\n{said}")
        elif not pattern(command.shown).fullmatch(said):
            raise Failure(f"the page shows\n{command.shown}but it printed\n{said}")

    def serve(self, command: Command, text: str, says: re.Pattern[str]) -> None:
        port = None
        if "goe-charger" in text or "cargo run" in text:
            asked = re.search(r"--http[ =]\S*?:(\d+)", text)
            port = int(asked[1]) if asked else tables.PORT
            for server in self.servers:
                if server.port == port and not server.ended:
                    server.end()
        server = Server(command, self.bash(text, stdout=subprocess.PIPE), port)
        self.servers.append(server)
        bound_s = tables.CARGO_BOUND_S if "cargo " in text else tables.BOUND_S
        server.wait_until_it_says(says, bound_s)
        if command.shown:
            server.wait_until_it_says(pattern(command.shown), tables.BOUND_S)

    def leave(self) -> list[str]:
        """Ends what still runs; says what ended by itself."""
        found = []
        for server in self.servers:
            code = server.process.poll()
            try:
                if code and not server.ended:
                    raise Failure(f"it ended by itself with {code}, and said\n{server.said}")
                server.end()
            except Failure as failure:
                found.append(told(server.command, failure))
        return found


def copy_checkout(to: Path) -> None:
    """What is tracked, as a repository, and what is made in it."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet"], cwd=to, check=True)
    # Those of this version, where packaging/archive and .ci/python leave them.
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    dist = to / "target/dist"
    dist.mkdir(parents=True)
    for kind in (f"goe-{version}-*.tar.gz", f"goe_charger-{version}-*.whl", "SHA256SUMS"):
        for path in Path(os.environ["GOE_DIST"]).glob(kind):
            (dist / path.name).symlink_to(path.resolve())


def write_files(page: str, checkout: Path) -> None:
    blocks = [token.content for token in tokens_of(page) if token.type == "fence"]
    for row in tables.WRITTEN:
        where, name, begins = row
        if re.match(where, page):
            USED.add(row)
            text = next((block for block in blocks if block.startswith(begins)), None)
            if text is None:
                raise SystemExit(f"error: {page}: no block begins with `{begins}`, which WRITTEN of tables.py puts into {name}")
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_text(text, encoding="utf-8")


def environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("LANG", "TERM") if name in os.environ}
    real = Path(os.environ["HOME"])
    return kept | {
        "HOME": str(home),
        "PATH": f"{os.environ['GOE_BINARIES']}:{os.environ['PATH']}",
        # A page that installs something does so in an environment.
        "PIP_REQUIRE_VIRTUALENV": "true",
        "CHECKOUT": str(ROOT),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")),
        # As CI builds, so that nothing is built twice; the namespace has no network.
        "CARGO_NET_OFFLINE": "true",
        "CARGO_INCREMENTAL": "0",
        "CARGO_PROFILE_DEV_DEBUG": os.environ.get("CARGO_PROFILE_DEV_DEBUG", "line-tables-only"),
    }


def told(command: Command, failure: Failure) -> str:
    return f"error: {command.page}:{command.line}: {command.text}\n{failure}"


def runs_elsewhere(command: Command) -> bool:
    for row in tables.ELSEWHERE:
        if re.match(row[0], command.page) and re.search(row[1], command.text):
            USED.add(row)
            return True
    return False


def begin(page: str) -> list[Command]:
    """What comes before the page's own commands."""
    rows = [row for row in tables.BEFORE if re.match(row[0], page)]
    USED.update(rows)
    return [Command(page, 0, row[1]) for row in rows]


def unused() -> list[str]:
    """Rows of the tables that are of nothing (any more)."""
    names = ("SERVES", "REWRITTEN", "BEFORE", "WRITTEN", "ELSEWHERE")
    rows = [(name, row) for name in names for row in getattr(tables, name)]
    return [f"error: tables.py: nothing in the book is what a row of {name} is of; take it away: {row}" for name, row in rows if row not in USED]


def read(page: str, scratch: Path) -> list[str]:
    """Runs the commands of a page, and says what was not as it stands there."""
    if not (ROOT / page).is_file():
        raise SystemExit(f"error: there is no page {page}; name it from the root of the repository, such as docs/wires.md")
    todo = [command for command in commands(page) if not runs_elsewhere(command)]
    if not todo:
        return []
    began = time.monotonic()
    folder = scratch / re.sub(r"\W", "-", page)
    folder.mkdir()
    reader = Reader(page, folder)
    errors = []
    try:
        for command in [*begin(page), *todo]:
            try:
                reader.run(command)
            except Failure as failure:
                errors.append(told(command, failure))
    finally:
        errors += reader.leave()
    print(f"{page}: {len(todo)} commands, {time.monotonic() - began:.1f} s", flush=True)
    return errors


def enter_namespace() -> None:
    """Goes on in a network of its own: loopback, which multicast and the addresses of the spec lead to."""
    here = os.readlink("/proc/self/ns/net")
    if os.environ.get("GOE_BOOK_FROM", here) == here:
        os.environ["GOE_BOOK_FROM"] = here
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--net", sys.executable, *sys.argv])
    for words in tables.NETWORK:
        subprocess.run(["ip", *words.split()], check=True)


def main() -> int:
    # Whoever runs this in the background had it ignored, and commands would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    enter_namespace()
    errors: list[str] = []
    with tempfile.TemporaryDirectory(prefix="goe-book-") as scratch:
        for page in sys.argv[1:] or pages():
            errors += read(page, Path(scratch))
    if not sys.argv[1:]:
        errors += unused()
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
