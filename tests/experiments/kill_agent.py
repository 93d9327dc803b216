"""kill -9 of an agent in the middle of a run, again and again: exit 3, the step and the host named, nothing left."""

import pathlib
import random
import re
import subprocess
import sys
import threading
import time

from household import SKIPPED, Household, descendants, read_options

LABS = pathlib.Path(__file__).parent / "victims"
# Each lab with the line of its transcript from which on it is well under way, and the lines of the file where its end may
# show.
VICTIMS = {
    "endless.balcony": ("romeo>  sock.recvfrom(16)", range(14, 18)),
    "waiting.balcony": ("juliet> door.listen()", range(8, 10)),
}
HOSTS = {"romeo": "10.10.0.100", "juliet": "10.10.0.101"}
LATEST_SECONDS = 0.05
END_SECONDS = 10.0


def agents(controller):
    """The run's agents, by the host that they are on, which their network namespace tells."""
    found = {}
    for process in descendants(controller.pid):
        if process.name != "balcony-agent":
            continue
        routes = pathlib.Path(f"/proc/{process.pid}/net/fib_trie").read_text()
        for host, address in HOSTS.items():
            if re.search(rf"-- {re.escape(address)}\n\s+/32 host LOCAL", routes):
                found[host] = process
    return found


def complaint(controller, lab, host, out, err):
    """What is wrong with how the run ended, or nothing."""
    text = out + err
    if controller.returncode != 3:
        return f"wanted exit 3, got {controller.returncode}"
    step = re.search(rf"{re.escape(lab)}:(\d+):\d+: ", text)
    if not step or int(step[1]) not in VICTIMS[lab][1]:
        return "the step is not named"
    if not re.search(rf"agent[^\n]*\b{host}\b|\b{host}\b[^\n]*agent", text):
        return f"{host} is not named as the host whose agent is gone"
    return None


def kill_one(house, lab, host, moment):
    """Starts a run, kills the agent of `host` when it is well under way; gives a complaint, or nothing."""
    controller = house.start("run", LABS / lab)
    seen = []
    for line in controller.stdout:
        seen.append(line)
        if line.startswith(VICTIMS[lab][0]):
            break
    rest = threading.Thread(target=lambda: seen.extend(controller.stdout))
    rest.start()
    time.sleep(moment)
    house.remember_namespaces()
    victim = agents(controller).get(host)
    if victim is None:
        controller.kill()
    else:
        victim.kill()
    try:
        controller.wait(END_SECONDS)
    except subprocess.TimeoutExpired:  # told by the exit code
        controller.kill()
        controller.wait()
    rest.join()
    wrong = complaint(controller, lab, host, "".join(seen), controller.stderr.read())
    return wrong and f"{wrong}; it ended with:\n{''.join(seen[-8:])}"


def main():
    options = read_options(__doc__, runs=6, seed=True)
    chance = random.Random(options.seed)
    complaints = []
    with Household(options.balcony) as house:
        if forbidden := house.why_no_hosts():
            print(f"skipped: whose agent is whose shows by its host's address: {forbidden}")
            return SKIPPED
        for _ in range(options.runs):
            lab, host = chance.choice(list(VICTIMS)), chance.choice(list(HOSTS))
            moment = chance.uniform(0, LATEST_SECONDS)
            what = f"{lab}, agent of {host} killed after {moment * 1000:.1f} ms: "
            wrong = kill_one(house, lab, host, moment)
            complaints += [what + wrong] if wrong else []
            complaints += [f"{what}left {thing}" for thing in house.left()]
    print(f"{options.runs} agents killed, {len(complaints)} complaints")
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
