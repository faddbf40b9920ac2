"""Containers without an engine: an image's root, or this computer's with files of a
volume over it, in namespaces of its own; all of them share the network of this process.

It has to run as root in a mount namespace of its own, whose end takes all of this away.
"""

import gzip
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time

PATIENCE_S = 20
UNSHARE = shutil.which("unshare")


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def fresh():
    """A folder in memory."""
    folder = pathlib.Path(tempfile.mkdtemp())
    mount("-t", "tmpfs", "-o", "mode=755", "none", folder)
    return folder


class Image:
    """What `buildah push` left in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        manifest = json.loads((self.folder / "manifest.json").read_bytes())
        self.layers = [self._blob(layer) for layer in manifest["layers"]]
        self.config = json.loads(self._blob(manifest["config"]).read_bytes())["config"]

    def _blob(self, part):
        return self.folder / part["digest"].removeprefix("sha256:")

    def size(self):
        """As engines show it: of the unpacked layers."""
        return sum(len(unpacked(layer)) for layer in self.layers)

    def root(self):
        root = fresh()
        for layer in self.layers:
            with tarfile.open(layer) as files:
                files.extractall(root, numeric_owner=True)
        # What any engine puts there.
        for folder in ("proc", "etc", "dev"):
            (root / folder).mkdir(exist_ok=True)
        for device in ("null", "zero", "full", "random", "urandom"):
            (root / "dev" / device).touch()
            mount("--bind", f"/dev/{device}", root / "dev" / device)
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        (root / "etc/resolv.conf").write_text("nameserver 127.0.0.11\noptions ndots:0\n")
        return root


def unpacked(layer):
    data = layer.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def computer(hosts):
    """The root of this computer, to which files may be added, and which knows those names."""
    root = fresh()
    for entry in pathlib.Path("/").iterdir():
        if entry.is_symlink():
            (root / entry.name).symlink_to(entry.readlink())
        elif entry.is_dir():
            (root / entry.name).mkdir()
            if entry.name != "proc":
                mount("--rbind", entry, root / entry.name)
    names = root / "names"
    names.write_text(f"127.0.0.1 localhost {' '.join(hosts)}\n")
    mount("--bind", names, root / "etc/hosts")
    return root


class Container:
    """One that runs, as process 1 of its own."""

    def __init__(self, root, argv, env, user="0:0", folder="/"):
        self.root, self.env = root, dict(one.split("=", 1) for one in env)
        uid, _, gid = user.partition(":")
        self.inside = [f"--root={root}", f"--wd={folder}", f"--setgid={gid}", f"--setuid={uid}"]
        self.log = pathlib.Path(tempfile.mkstemp()[1])
        command = [UNSHARE, "--mount", "--pid", "--fork", "--mount-proc", *self.inside, *argv]
        with self.log.open("w") as log:
            self.program = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)

    @classmethod
    def of(cls, image, root, arguments=None):
        """As its image has it, with other arguments if there are any."""
        config = image.config
        argv = [*config["Entrypoint"], *(arguments or config["Cmd"])]
        return cls(root, argv, config["Env"], config["User"], config["WorkingDir"])

    def health(self, image):
        """Asks as its image has it; what was said, or None if it is not well."""
        kind, *argv = image.config["Healthcheck"]["Test"]
        assert kind == "CMD", kind
        asked = subprocess.run([UNSHARE, *self.inside, *argv], env=self.env, capture_output=True, text=True)
        return asked.stdout.strip() if asked.returncode == 0 else None

    def comes_up(self, image):
        """Asks until it is well, as an engine does."""
        for _ in range(PATIENCE_S * 20):
            if said := self.health(image):
                return said
            if self.program.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"FAILED: it is not well: {self.log.read_text()}")

    def stop(self):
        """SIGTERM to its process 1; how long it took to end, and with which code."""
        began = time.monotonic()
        process = self.program.pid
        children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGTERM)
        code = self.program.wait(PATIENCE_S)
        return time.monotonic() - began, code
