"""What may befall an agent on its way to a host: no room, no programs there, a cut, the end of the controller."""

from rooms import until_nothing
from stage import SHORT, Stage, complaints, repeated

FOLDERS = ("/home", "/var/tmp", "/dev/shm")  # where an agent may live
SOON_TIRED = "-o ServerAliveInterval=1 -o ServerAliveCountMax=2 -o ConnectTimeout=2"


def no_programs_at_home(options):
    """A home that may not execute: the agent lives elsewhere."""
    with Stage(options.balcony, noexec=["/home"]) as stage:
        for _ in range(2):
            yield from stage.passes()
        yield from stage.left()


def no_room(options):
    """Folders that are full, and those that are so after some megabytes."""
    with Stage(options.balcony) as stage:
        for folder in FOLDERS:
            stage.juliet.fill(folder)
        yield from stage.fails(
            "juliet: no folder there can hold the agent: /home/alice/.cache/balcony has no room; "
            r"/var/tmp/balcony-\d+ has no room; /dev/shm/balcony-\d+ has no room"
        )
    with Stage(options.balcony, sizes={folder: "4m" for folder in FOLDERS}) as stage:
        yield from stage.fails("/home/alice/.cache/balcony", r"only \d+ of \d+ bytes have arrived", "No space left")


def copying(stage):
    """A run whose agent is on its way to Juliet."""

    def nothing_there():
        parts = stage.juliet.path("/home/alice/.cache/balcony").glob("part-*")
        return not any(part.stat().st_size for part in parts)

    stage.juliet.slow_down("40mbit")
    run = stage.begin(SHORT, {name: f"{line} {SOON_TIRED}" for name, line in stage.lines().items()})
    until_nothing(nothing_there)
    return run


def in_mid_copy(harm, code, *wanted):
    """What has arrived may stay, until a run has found its way to the host again."""

    def test(options):
        with Stage(options.balcony) as stage:
            run = copying(stage)
            harm(stage, run)
            yield from complaints(run.outcome(), code, *wanted)
            stage.juliet.mend()
            stage.juliet.full_speed()
            yield from stage.left(but="/part-")
            yield from stage.passes()
            yield from stage.left(patience=1)

    return repeated(test)


TESTS = {
    "no_programs_at_home": repeated(no_programs_at_home),
    "no_room": repeated(no_room),
    "cut_in_mid_copy": in_mid_copy(lambda stage, _: stage.juliet.cut(), 3, "juliet: .*10.77.0.12 not responding"),
    "controller_killed_in_mid_copy": in_mid_copy(lambda _, run: run.kill(), -9),
}
