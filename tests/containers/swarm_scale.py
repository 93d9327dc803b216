"""How long many tasks take to come up, to answer, to do a step, and to go; and what the controller holds for them.

By hand, on a machine that does nothing else:  python3 swarm_scale.py --tasks 200
"""

import datetime
import json
import os
import pathlib
import sys
import threading
import time

import swarms
from projects import Events, docker
from swarms import ON_SWARM
from transcript import Transcript

STEPS = 20
IDLE_SECONDS = 5
# An address of its own for each, on a network with room for a thousand.
LAB = f"""\
host task[1..TASKS] 10.9.0.1/22
task[1..TASKS]> sock = socket(udp)
task[1..TASKS]> sock.bind(self:4000)
repeat {STEPS} {{
    task[1..TASKS]> sock.state()
}}
repeat {STEPS} {{
    task[1]> sock.state()
}}
task[1]> line = input("")
"""


class Marks:
    """When what happened, in seconds since the run began."""

    def __init__(self):
        self.began = time.monotonic()
        self.at = {}

    def set(self, name, when=None):
        self.at[name] = (when or time.monotonic()) - self.began


def follow(events, start, tasks, marks):
    """Notes when the first and last container started, and when the last one and the last network were gone."""
    started = destroyed = 0

    def wanted(kind, action, attributes):
        nonlocal started, destroyed
        name = attributes.get("name", "")
        if not name.startswith(start):
            return False
        if kind == "container" and name.split("_")[-1].startswith("task.") and action in ("start", "destroy"):
            started += action == "start"
            destroyed += action == "destroy"
            marks.set("first started" if action == "start" and started == 1 else f"last {action}")
        if kind == "network" and action in ("destroy", "remove"):
            marks.set("networks gone")
        return False

    events.wait(wanted, 3600)


def of_process(pid):
    """Resident kilobytes, open descriptors, threads and seconds of CPU of a process."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    value = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if ":" in line and len(line.split()) > 1}
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(stat[11]) + int(stat[12])
    descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    return int(value["VmRSS"]), descriptors, int(value["Threads"]), ticks / os.sysconf("SC_CLK_TCK")


def pid_of(container):
    return int(docker("inspect", "--format", "{{.State.Pid}}", container))


def seconds(text):
    """Of a time in a report, since that day began."""
    whole, fraction = text.rstrip("Z").split(".") if "." in text else (text.rstrip("Z"), "0")
    return datetime.datetime.fromisoformat(whole).timestamp() + float(f"0.{fraction}")


def median(values):
    return sorted(values)[len(values) // 2]


def step_times(report, tasks):
    """Milliseconds from the beginning of a step to that of the next: of those on all, and of those on one."""
    steps = [step for step in report["files"][0]["steps"] if "sock.state" in step["call"]]
    on_all = [min(seconds(s["started"]) for s in steps[i * tasks : (i + 1) * tasks]) for i in range(STEPS)]
    on_one = [seconds(step["started"]) for step in steps[STEPS * tasks :]]
    between = [[1000 * (b - a) for a, b in zip(times, times[1:])] for times in (on_all, on_one)]
    return [median(times) for times in between]


def last_running(stack, tasks):
    """When Swarm knew the last of the tasks to run, by the clock of the day."""
    ids = docker("service", "ps", "--quiet", "--no-trunc", f"{stack}_task").split()
    states = [task["Status"] for task in json.loads(docker("inspect", "--type", "task", *ids))]
    assert [state["State"] for state in states] == ["running"] * tasks
    return max(seconds(state["Timestamp"]) for state in states)


def look(house, controller):
    """What the controller and an agent hold while nobody asks them anything."""
    pid, agent = pid_of(house.controller_of(controller)), pid_of(house.task(house.stack_of(controller), "task"))
    before = of_process(pid), of_process(agent)
    threading.Event().wait(IDLE_SECONDS)  # what is measured is how little happens in this time
    after = of_process(pid), of_process(agent)
    for name, a, b in (("controller", before[0], after[0]), ("agent 1", before[1], after[1])):
        print(f"  {name}: {b[0] / 1024:.1f} MB resident, {b[1]} descriptors, {b[2]} threads,"
              f" {100 * (b[3] - a[3]) / IDLE_SECONDS:.1f} % of a CPU idle, {a[3]:.2f} s of CPU before")


def scale(house, options):
    tasks = options.tasks
    (house.home / "lab.balcony").write_text(LAB.replace("TASKS", str(tasks)))
    print(f"  {tasks} tasks on {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    marks = Marks()
    with Events("type=container", "type=network") as events:
        controller = house.start("run", "lab.balcony", *ON_SWARM, "--report", "out", stdin=-1)
        follower = threading.Thread(target=follow, args=(events, f"balcony-{controller.pid}-", tasks, marks))
        follower.start()
        transcript = Transcript(controller)
        reached = transcript.wait_for("task[1]> ", STEPS)
        for name, start in (("answering", "# lab.balcony"), ("played", "task[1]> ")):
            when = [when for when, line in transcript.lines if line.startswith(start)]
            if when:
                marks.set(name, when[-1])
        if reached:
            running = last_running(house.stack_of(controller), tasks)
            marks.set("running", time.monotonic() - (time.time() - running))
            look(house, controller)
        marks.set("typed")
        controller.stdin.write("done\n")
        controller.stdin.close()
        controller.wait(swarms.GONE_SECONDS + tasks)
        marks.set("over")
        events.process.kill()
        follower.join()
    for name, when in marks.at.items():
        print(f"  {name}: {when:.1f} s")
    text = transcript.text() + controller.stderr.read()
    if controller.returncode != 0:
        yield f"exit {controller.returncode}: {text[-3000:]}"
        return
    on_all, on_one = step_times(json.loads((house.home / "out/report.json").read_text()), tasks)
    print(f"  a step on all {on_all:.1f} ms, on one {on_one:.2f} ms: {1000 * on_all / tasks:.0f} us an agent")
    if marks.at["last start"] > marks.at["answering"]:
        yield "it played before all were there"
    house.tidy()


if __name__ == "__main__":
    sys.exit(swarms.run_tests(__doc__, {"scale": scale}, tasks=20))
