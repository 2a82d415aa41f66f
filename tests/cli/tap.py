"""What the tests of the built program share: TAP, a place to work, and ways to run it."""
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
# Longer than anything here takes, even under a sanitizer: only a hang gets there.
PATIENCE = 300


class Tests:
    """A program of tests: ok() a check, done() at the end."""

    def __init__(self, program):
        self.program = pathlib.Path(program).resolve()
        self.number = self.failures = 0
        # Under nohup(1) and the like some are ignored, and whoever is started here would do so, too.
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            if signal.getsignal(number) == signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="metadiff-cli-"))
        bin_folder = self.scratch / "bin"
        bin_folder.mkdir()
        for name in ("metadiff", "git-metadiff"):
            (bin_folder / name).symlink_to(self.program)
        keep = ("SAN_OPTIONS",)
        self.environment = {
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "HOME": str(self.scratch),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.scratch),
            "GIT_AUTHOR_NAME": "penguin", "GIT_AUTHOR_EMAIL": "penguin@example.org",
            "GIT_COMMITTER_NAME": "penguin", "GIT_COMMITTER_EMAIL": "penguin@example.org",
            **{key: os.environ[key] for key in os.environ if key.endswith(keep)},
        }

    def folder(self, name, examples=True):
        """A new folder to work in, with the examples in it."""
        path = self.scratch / name
        if examples:
            shutil.copytree(EXAMPLES, path)
        else:
            path.mkdir()
        return path

    def ok(self, holds, what, *details):
        self.number += 1
        if not holds:
            self.failures += 1
        print(f"{'ok' if holds else 'not ok'} {self.number} {what.replace('#', '')}", flush=True)
        for detail in details if not holds else ():
            for line in str(detail).splitlines():
                print(f"# {line}", flush=True)
        return holds

    def equal(self, got, wanted, what):
        return self.ok(got == wanted, what, f"wanted {wanted!r}", f"got    {got!r}")

    def skip(self, what, why):
        self.number += 1
        print(f"ok {self.number} {what} # SKIP {why}", flush=True)
        print(f"*** SKIPPED: {what}: {why} ***", file=sys.stderr)

    def done(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        print(f"1..{self.number}")
        sys.exit(1 if self.failures else 0)

    def run(self, *arguments, cwd=None, data=None, **environment):
        """Runs a command line to its end: status, standard output and error as bytes."""
        done = subprocess.run(list(map(str, arguments)), cwd=cwd, check=False, timeout=PATIENCE,
                              env={**self.environment, **environment}, capture_output=True,
                              **({"input": data} if data is not None
                                 else {"stdin": subprocess.DEVNULL}))
        return done.returncode, done.stdout, done.stderr

    def terminal(self, *arguments, cwd=None, keys=b"", **environment):
        """As run(), but standard output and error are one terminal of 80 columns."""
        main, other = pty.openpty()
        process = subprocess.Popen(list(map(str, arguments)), cwd=cwd, stdin=other, stdout=other,
                                   stderr=other, start_new_session=True,
                                   env={**self.environment, **environment})
        os.close(other)
        if keys:
            os.write(main, keys)
        output, limit = b"", time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            if not select.select([main], [], [], 1)[0]:
                continue
            try:
                block = os.read(main, 65536)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            output += block
        else:
            os.killpg(process.pid, signal.SIGKILL)
        os.close(main)
        return process.wait(), output.replace(b"\r\n", b"\n")


MONOLITHIC = ("upstream-1.0", "vendor-1.0.patch", "upstream-1.1", "vendor-1.1.patch")
SERIES = ("upstream-1.0", "patches-1.0", "upstream-1.1", "patches-1.1")


def files_of(folder):
    """Every path below @folder."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))
