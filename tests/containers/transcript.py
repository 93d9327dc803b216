"""What a run writes, line by line, while it goes on."""

import threading
import time

from projects import LABS, LIMIT_SECONDS


class Transcript:
    """What a run writes, read as it comes; when each line came."""

    def __init__(self, controller):
        self.controller = controller
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.controller.stdout:
            with self.changed:
                self.lines.append((time.monotonic(), line))
                self.changed.notify_all()
        with self.changed:
            self.reader = None
            self.changed.notify_all()

    def count(self, start):
        return sum(line.startswith(start) for _, line in self.lines)

    def wait_for(self, start, number):
        """Until so many lines start so; false if that does not come."""
        with self.changed:
            self.changed.wait_for(
                lambda: self.count(start) >= number or self.reader is None, timeout=LIMIT_SECONDS
            )
            return self.count(start) >= number

    def text(self):
        return "".join(line for _, line in self.lines)


def killed_in_mid_run(*fleet):
    """A test that kills the controller while a host waits in accept."""

    def test(house, options):
        for _ in range(options.runs):
            controller = house.start("run", LABS / "waiting.balcony", *fleet)
            transcript = Transcript(controller)
            if not transcript.wait_for("juliet> door.listen()", 1):
                yield f"it did not come so far: {transcript.text()}"
            controller.kill()
            controller.wait()
            yield from (f"left {what}" for what in house.left())

    return test
