"""bash, zsh and fish, asked what they offer for a line that ends at the cursor."""
import os
import pathlib
import pty
import select
import shutil
import signal
import time

from tap import ROOT

SCRIPTS = ROOT / "completions"
# A shell that has not answered by then hangs.
PATIENCE = 60

# The real completion, with what it offers written to $CAPTURE behind it.
BASH = f"""
PS1=
bind 'set enable-bracketed-paste off'
source /usr/share/bash-completion/bash_completion
source {SCRIPTS}/metadiff.bash
eval "asked$(declare -f _metadiff | tail -n +2 | sed '1s/^/()/')"
_metadiff() {{
	asked
	printf '%s\\n' "${{COMPREPLY[@]}}" END >> $CAPTURE
}}
echo READY >> $CAPTURE
"""
ZSH = f"""
PS1=
unset zle_bracketed_paste
fpath=({SCRIPTS} $fpath)
autoload -U compinit && compinit -u -D
zstyle ':completion:*' insert-tab false
LISTMAX=1000
compadd() {{
	local -a hits hidden ignored
	# What only looks, for a function of zsh's own, is no offer.
	if [[ " ${{argv[1,${{argv[(i)(-|--)]}}]}} " == *" -"[OAD]" "* ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -A hits "$@"
	zparseopts -E -a ignored p:=hidden
	print -rl -- "${{(@)hits/#/${{hidden[2]}}}}" >> $CAPTURE
	builtin compadd "$@"
}}
offer() {{
	_main_complete
	print END >> $CAPTURE
}}
zle -C offer list-choices offer
bindkey '^I' offer
print READY >> $CAPTURE
"""


class Typed:
    """A shell on a terminal, in which @setup writes what is offered to a file."""

    def __init__(self, tests, command, setup, cwd):
        self.capture = tests.scratch / f"{command[0]}-offers"
        script = tests.scratch / f"{command[0]}-setup"
        script.write_text(setup)
        environment = {**tests.environment, "CAPTURE": str(self.capture), "TERM": "dumb"}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(cwd)
            os.execvpe(command[0], command, environment)
        self.type(f"source {script}\n", "READY")

    def type(self, keys, end):
        """Types @keys and waits for the line @end in the file: the lines before it."""
        self.capture.write_text("")
        os.write(self.terminal, keys.encode())
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            if select.select([self.terminal], [], [], 0.05)[0]:
                os.read(self.terminal, 65536)
            lines = self.capture.read_text().splitlines()
            if end in lines:
                return lines[:lines.index(end)]
        return ["nothing, and in vain was waited for it"]

    def offers(self, line):
        # ^U takes the line away again.
        return [word for word in self.type(f"\x15{line}\t", "END") if word]

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


class Fish:
    def __init__(self, tests, cwd):
        self.tests, self.cwd = tests, cwd

    def offers(self, line):
        _, out, _ = self.tests.run(
            "fish", "--no-config", "-c",
            f"source {SCRIPTS}/metadiff.fish; complete -C $argv[1]", line, cwd=self.cwd)
        return [offer.split("\t")[0] for offer in out.decode().splitlines()]

    def close(self):
        pass


def shells(tests, cwd):
    """Name and shell, None where this machine lacks it."""
    bash = shutil.which("bash") and pathlib.Path("/usr/share/bash-completion").exists()
    yield "bash", Typed(tests, ["bash", "--norc", "--noprofile", "-i"], BASH, cwd) if bash else None
    yield "zsh", Typed(tests, ["zsh", "-f", "-i"], ZSH, cwd) if shutil.which("zsh") else None
    yield "fish", Fish(tests, cwd) if shutil.which("fish") else None
