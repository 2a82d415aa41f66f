"""The project as `make install` puts it: into a folder of the tests' own."""
import json
import pathlib
import subprocess


class Installed:
    """What DESTDIR holds of the build in @build; @prefix is where it would lie."""

    def __init__(self, tests, build):
        self.build = pathlib.Path(build).resolve()
        self.destination = tests.folder("destination", examples=False)
        # Without debug information, which names the folders of the build.
        status, _, err = tests.run("meson", "install", "-C", self.build, "--no-rebuild", "--strip",
                                   "--quiet", "--destdir", self.destination)
        tests.ok(status == 0, "meson install", err.decode(errors="replace"))
        options = {option["name"]: option["value"] for option in json.loads(
            subprocess.check_output(["meson", "introspect", "--buildoptions", self.build]))}
        self.prefix = options["prefix"]
        self.root = self.destination / self.prefix.lstrip("/")
        self.libdir = options["libdir"]
        self.sanitize = options["b_sanitize"]
        # Where a machine finds what is really installed.
        self.environment = {
            "PATH": f"{self.root / 'bin'}:{tests.environment['PATH']}",
            "LD_LIBRARY_PATH": str(self.root / self.libdir),
        }

    def files(self):
        """The path of each file below the prefix, with LIBDIR for the folder of libraries."""
        for path in sorted(self.root.rglob("*")):
            if path.is_symlink() or not path.is_dir():
                name = str(path.relative_to(self.root))
                yield name.replace(self.libdir + "/", "LIBDIR/", 1)
