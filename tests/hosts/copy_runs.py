"""What may befall an agent on its way to a host: no room, no programs there, a cut, the end of the controller."""

from rooms import LIMIT_SECONDS, until_nothing
from stage import GONE_SECONDS, SHORT, Stage, complaints, repeated

FOLDERS = ("/home", "/var/tmp", "/dev/shm")  # where an agent may live
STALLED_SECONDS = 15  # a copy that has come no further by then is over
SOON_TIRED = "-o ServerAliveInterval=2 -o ServerAliveCountMax=3 -o ConnectTimeout=10"


def no_programs_at_home(options):
    """A home that may not execute: the agent lives elsewhere."""
    with Stage(options.balcony, noexec=["/home"]) as stage:
        for _ in range(2):
            yield from stage.passes()
        yield from stage.left()


def no_room(options):
    """Folders that are full, and those with no room for an agent; with room in one of them there is a lodging."""
    with Stage(options.balcony) as stage:
        for folder in FOLDERS:
            stage.juliet.fill(folder)
        yield from stage.fails(
            ": no folder there can hold the agent: /home/alice/.cache/balcony has no room; "
            r"/var/tmp/balcony-\d+ has no room; /dev/shm/balcony-\d+ has no room"
        )
    with Stage(options.balcony, sizes={folder: "4m" for folder in FOLDERS}) as stage:
        yield from stage.fails(
            ": no folder there can hold the agent: /home/alice/.cache/balcony has no room; "
            r"/var/tmp/balcony-\d+ has no room; /dev/shm/balcony-\d+ has no room"
        )
    with Stage(options.balcony, sizes={"/home": "4m"}) as stage:
        yield from stage.passes()
        yield from stage.left()


def slow_line(options):
    """A copy that takes longer than anything else may."""
    with Stage(options.balcony) as stage:
        stage.juliet.slow_down("14mbit")
        yield from stage.passes()
        yield from stage.left()


def parts_on(host):
    return list(host.path("/home/alice/.cache/balcony").glob("part-*"))


def copying(stage):
    """A run whose agent is on its way to Juliet."""

    def nothing_there():
        return not any(part.stat().st_size for part in parts_on(stage.juliet))

    stage.juliet.slow_down("40mbit")
    run = stage.begin(SHORT, {name: f"{line} {SOON_TIRED}" for name, line in stage.lines().items()})
    until_nothing(nothing_there, patience=LIMIT_SECONDS)
    return run


def in_mid_copy(harm, code, *wanted):
    """Nothing of what has arrived stays, and nobody waits for more; but sshd, which has not heard of a cut."""

    def test(options):
        with Stage(options.balcony) as stage:
            run = copying(stage)
            harm(stage, run)
            yield from complaints(run.outcome(), code, *wanted)
            yield from stage.left(patience=STALLED_SECONDS + GONE_SECONDS, but="\\(sshd, ")
            stage.juliet.mend()
            stage.juliet.full_speed()
            yield from stage.passes()
            yield from stage.left(but="\\(sshd, ")

    return repeated(test)


TESTS = {
    "no_programs_at_home": repeated(no_programs_at_home),
    "no_room": repeated(no_room),
    "slow_line": repeated(slow_line),
    "cut_in_mid_copy": in_mid_copy(lambda stage, _: stage.juliet.cut(), 3, "juliet: .*10.77.0.12 not responding"),
    "controller_killed_in_mid_copy": in_mid_copy(lambda _, run: run.kill(), -9),
}
