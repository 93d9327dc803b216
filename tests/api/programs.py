"""Runs a program of docs/ against two agents, and compares what it prints, and its listing in docs/api.md."""

import argparse
import contextlib
import pathlib
import re
import subprocess
import sys
import tempfile

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
SOFT = "But, soft! what light through yonder window breaks?"
ROSE = "What's in a name? that which we call a rose by any other name would smell as sweet"

PRINTED = {
    "romeo_and_juliet": f"""\
juliet> sock.socket => ok
juliet> sock.bind => ok
juliet> sock2.socket => ok
juliet> sock2.bind => EADDRINUSE
romeo> sock.socket => ok
romeo> sock.connect => ECONNREFUSED
juliet> sock.listen => ok
romeo> sock.connect => ok
juliet> sock.accept => ok
romeo> sock.send => 51
juliet> conn.recv => {SOFT}
juliet> sock.recv => ENOTCONN
juliet> conn.send => 82
romeo> sock.recv => {ROSE}
romeo> sock.shutdown => ok
juliet> conn.recv => eof
juliet> conn.shutdown => ok
""",
    "romeo_and_juliet_unary": f"""\
a second bind: EADDRINUSE
connect before listen: ECONNREFUSED
connect after listen: ok
accept: ok
romeo sends: 51
juliet receives: {SOFT}
recv on the listener: ENOTCONN
juliet sends: 82
romeo receives: {ROSE}
end of stream: True
""",
}


@contextlib.contextmanager
def running(agent, arguments=("--listen", "127.0.0.1:0")):
    """An agent; gives the address it listens on."""
    with subprocess.Popen([agent, *arguments], stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline()
            yield re.search(r"listening on (\S+)", line)[1]
        finally:
            process.terminate()


def complaints_about(program, agent):
    source = DOCS / f"{program}.py"
    with tempfile.TemporaryDirectory() as folder:
        # One by an address and one that has none.
        with running(agent) as romeo, running(agent, ["--listen", f"unix:{folder}/juliet"]) as juliet:
            # The stubs come from the environment, as docs/api.md has it.
            played = subprocess.run([sys.executable, source, romeo, juliet], capture_output=True, text=True, timeout=30)
    if played.returncode != 0 or played.stdout != PRINTED[program]:
        yield f"{program} exited {played.returncode} and printed\n{played.stdout}{played.stderr}"
    if len(source.read_text().splitlines()) >= 60:
        yield f"{program} has 60 lines or more"
    guide = (DOCS / "api.md").read_text()
    if f"```python\n{source.read_text()}```" not in guide and f"({source.name})" not in guide:
        yield f"docs/api.md neither shows nor links to {program} as it is"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("program", choices=PRINTED)
    options = parser.parse_args()
    complaints = list(complaints_about(options.program, options.agent))
    print("\n".join(complaints) or "as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
