"""What may befall a run that has begun: a host, the bastion, the controller or the experiment's own network is gone."""

from rooms import until_nothing
from stage import GONE_SECONDS, Stage, complaints

WAITING = """\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:4000)
juliet> door.listen()
juliet> door.accept() => blocks for 90s
"""
# A send waits for a word of ours, so that the network can be cut before it.
SPEAKING = """\
host romeo
host juliet
timeout 3s
juliet> door = socket(tcp)
juliet> door.bind(juliet:0)
juliet> place = door.getsockname()
juliet> door.listen()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet.place)
juliet> conn, _ = door.accept()
romeo> word = input()
romeo> sock.send("But, soft!")
juliet> conn.recv(64) => "But, soft!" within 5s
"""


def agents_of(login):
    """Of sshd itself a process may stay longer where a link was cut."""
    return [process for process in login.host.processes_of(login.user) if process.name.startswith("balcony-agent")]


def gone(login):
    """Complains if a host's agent is still there when it should have noticed."""
    there = until_nothing(lambda: agents_of(login), GONE_SECONDS)
    yield from (f"there is {what} after {GONE_SECONDS} s" for what in there)


def harmed(harm, *wanted, code=3, layout="direct"):
    """The waiting run is harmed; it ends with this code and these words, and its agents do not stay."""

    def test(options):
        with Stage(options.balcony, layout) as stage:
            yield from stage.passes()  # the agent is there
            for _ in range(options.runs):
                run = stage.begin(WAITING)
                yield from run.reaches("juliet> door.listen()")
                harm(stage, run)
                yield from gone(stage.logins["juliet"])
                stage.juliet.mend()
                yield from complaints(run.outcome(), code, *wanted)
                yield from stage.left()
                start_all(stage.bed)

    return test


def start_all(bed):
    for host in bed.hosts.values():
        if not host.sshd.process:
            host.sshd.start()


def network_cut(options):
    """What is sent into a network that is cut does not come: a failed expectation, in the step's patience. Once it is
    mended, what was sent comes."""
    with Stage(options.balcony, "shared") as stage:
        yield from stage.passes()
        for _ in range(options.runs):
            for mended, code, wanted in (False, 1, r"juliet: .*recv"), (True, 0, "# passed"):
                run = stage.begin(SPEAKING)
                yield from run.reaches("juliet> conn, _")
                stage.juliet.cut("data")
                run.go_on()
                yield from run.reaches("romeo>  sock.send")
                if mended:
                    stage.juliet.mend("data")
                yield from complaints(run.outcome(), code, wanted)
                stage.juliet.mend("data")
                yield from stage.left()


JULIET_LOST = "the agent of juliet is lost"
TESTS = {
    "cut": harmed(lambda stage, _: stage.juliet.cut(), JULIET_LOST),
    "sshd_killed": harmed(lambda stage, _: stage.juliet.kill_sshd(), JULIET_LOST),
    "controller_killed": harmed(lambda _, run: run.kill(), code=-9),
    "bastion_killed": harmed(
        lambda stage, _: stage.bed.hosts["bastion"].kill_sshd(), "the agent of (romeo|juliet) is lost", layout="bastion"
    ),
    "network_cut": network_cut,
}
