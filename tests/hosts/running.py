"""A run that goes on: what it has written so far, and a line for its input()."""

import sys

from rooms import LIMIT_SECONDS, ROOT

sys.path.insert(0, str(ROOT / "tests/containers"))

from household import Outcome  # noqa: E402
from transcript import Transcript  # noqa: E402


class Running:
    """`controller` is the process, with pipes for all that it reads and writes."""

    def __init__(self, controller):
        self.controller = controller
        self.transcript = Transcript(controller)

    def reaches(self, step):
        """Waits for a line that begins so; complains if the run ends before."""
        if not self.transcript.wait_for(step, 1):
            yield f"it did not come as far as {step}: {self.transcript.text()}"

    def go_on(self):
        self.controller.stdin.write("go\n")
        self.controller.stdin.flush()

    def kill(self):
        self.controller.kill()

    def outcome(self):
        """How it ended, which is waited for."""
        self.controller.wait(LIMIT_SECONDS)
        self.controller.stdin.close()
        err = self.controller.stderr.read()
        return Outcome(self.controller.returncode, self.transcript.text(), err)
