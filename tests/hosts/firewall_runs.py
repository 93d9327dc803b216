"""Firewalls between hosts, while ssh is let through: what they do is the kernel's answer, in the step's patience."""

from stage import Stage, complaints

PATIENCE_SECONDS = 2
LAB = f"""\
host romeo
host juliet
juliet> door = socket(tcp)
juliet> door.bind(juliet:4000)
juliet> door.listen()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet:4000) => %s within {PATIENCE_SECONDS}s
"""
CONNECT = r"romeo>  sock\.connect\(juliet:4000\) +"
ANSWERS = {
    "admin-prohibited": "EHOSTUNREACH",
    "port-unreachable": "ECONNREFUSED",
    "tcp-reset": "ECONNREFUSED",
    "drop": None,  # none comes
}


def behind(verdict, answer):
    def test(options):
        with Stage(options.balcony, "shared") as stage:
            yield from stage.passes(given=LAB % "_")
            for _ in range(options.runs):
                with stage.juliet.firewall(verdict, "data", port=4000):
                    yield from complaints(stage.play(given=LAB % "_"), 1, *told(answer))
                    yield from stage.passes(given=LAB % (answer or "blocks for 1s"))
                yield from stage.left()

    return test


def told(answer):
    """What the transcript says of the connection that did not come."""
    if answer:
        # What ICMP says while connect(2) is at work is passed over; the next SYN, a second later, is answered too.
        return rf"{CONNECT}=> {answer}( +# blocked (\d+ ms|1\.\d+ s))?\n", f"romeo: expected .* got {answer}"
    still = rf"romeo: connect on romeo still blocks after {PATIENCE_SECONDS}(\.\d+)?s"
    return rf"{CONNECT}=> still blocks +# blocked {PATIENCE_SECONDS}\.\d+ s\n", still


TESTS = {f"firewall_{verdict}": behind(verdict, answer) for verdict, answer in ANSWERS.items()}
