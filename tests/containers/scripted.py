"""Python drives agents in containers as docs/api.md says, without a controller; a session each way, and nothing stays."""

import contextlib
import os
import re
import sys
from concurrent import futures

from projects import ROOT, Events, docker, run_tests

DOCS = ROOT / "docs"
NAME = f"balcony-test-juliet-{os.getpid()}"


@contextlib.contextmanager
def container():
    """The one of the text, by a name of its own."""
    section = re.search(r"^## An agent in a container\n(.*?)^## ", (DOCS / "api.md").read_text(), re.M | re.S)[1]
    words = re.search(r"^    docker (run .*)$", section, re.M)[1].replace("juliet", NAME).split()
    made = docker(*words)
    try:
        yield re.search(r"^```python\n(.*?)^```$", section, re.M | re.S)[1].replace("juliet", NAME)
    finally:
        docker("rm", "--force", "--volumes", made)


def as_written(house, options):
    with container() as source, contextlib.redirect_stdout(house.folder.joinpath("printed").open("w")) as printed:
        exec(compile(source, "api.md", "exec"), {})
        printed.flush()
        said = house.folder.joinpath("printed").read_text()
        promised = re.search(r"^ *print\(.*\)  # (.*)$", source, re.M)[1]
        if said != promised + "\n":
            yield f"it printed {said}, and the text says {promised}"


def call(agent, **request):
    """One call of a session that has nothing but this call."""
    from balcony.v1 import session_pb2

    events = agent.Session(iter([session_pb2.Call(id=1, **request)]), timeout=60)
    return next(event.done for event in events if event.HasField("done"))


def both_ways(house, options):
    """Joined to the container's own agent, and by one that `docker exec` starts; eight of them at once."""
    from balcony.v1 import agent_pb2_grpc
    from through_a_command import channel_through

    def one(agent_option):
        with channel_through(["docker", "exec", "--interactive", NAME, "balcony-agent", agent_option]) as channel:
            done = call(
                agent_pb2_grpc.AgentStub(channel),
                socket={"socket": "sock", "family": "FAMILY_INET", "transport": "TRANSPORT_TCP"},
            )
            return done.socket.outcome.WhichOneof("result")

    with container(), Events("type=container", f"container={NAME}", "event=exec_die") as events:
        ways = ["--stdio", "--stdio=unix:/run/balcony/agent.sock"] * 4
        with futures.ThreadPoolExecutor(len(ways)) as pool:
            results = list(pool.map(one, ways))
        if results != ["ok"] * len(ways):
            yield f"the calls gave {results}"
        ended = [events.wait(lambda *_: True) for _ in ways]
        if None in ended:
            yield "a process that joined the container goes on after its channel was closed"


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS))
    sys.exit(run_tests(__doc__, {"as_written": as_written, "both_ways": both_ways}, compose=False))
