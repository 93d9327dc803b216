"""The sshd(8) of a host, and what it says."""

import contextlib
import re
import signal
import subprocess
import threading
import time

from rooms import LIMIT_SECONDS, command, kill, process_table

FOLDER = "/etc/ssh"
DEFAULTS = {
    "Port": 22,
    "HostKey": f"{FOLDER}/host_key",
    "PidFile": "none",
    "UsePAM": "no",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
    "Subsystem": "sftp internal-sftp",
    "LogLevel": "VERBOSE",
}


class Sshd:
    """One sshd, to be stopped and started again. `host` is where; `settings` are of sshd_config(5)."""

    def __init__(self, host, settings):
        self.host = host
        self.settings = {**DEFAULTS, **settings}
        self.process = None
        self.reader = None
        self.lines = []  # of all that it has said so far
        self.news = threading.Condition()

    @property
    def port(self):
        return self.settings["Port"]

    def configure(self, **settings):
        """Changes settings and starts it anew; connections stay."""
        self.settings.update(settings)
        self.stop()
        self.start()

    def new_host_key(self):
        """Makes a host key, another one than before, and starts with it if it was running."""
        key = self.host.path(f"{FOLDER}/host_key")
        key.unlink(missing_ok=True)
        command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.host.name, "-f", key)
        if self.process:
            self.configure()

    def start(self):
        """Starts it; once this returns it accepts connections."""
        lines = (f"{name} {value}\n" for name, value in self.settings.items())
        self.host.path(f"{FOLDER}/sshd_config").write_text("".join(lines))
        said = len(self.lines)
        self.process = subprocess.Popen(
            [*self.host.prefix(), "/usr/sbin/sshd", "-D", "-e", "-f", f"{FOLDER}/sshd_config"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"},
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self.reader.start()
        if not self.heard(rf"Server listening on :: port {self.port}\.", since=said):  # the last one that it opens
            raise RuntimeError(f"{self.host.name}: sshd does not start: {self.lines[said:]}")

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                with self.news:
                    self.lines.append(line.rstrip())
                    self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def heard(self, pattern, *, since=0, patience=LIMIT_SECONDS):
        """Waits for a line that this pattern is found in, the first one after `since` lines. Nothing if none comes."""
        give_up = time.monotonic() + patience
        with self.news:
            while True:
                over = not self.reader.is_alive()  # asked first: it may end with the line that is waited for
                for line in self.lines[since:]:
                    if re.search(pattern, line):
                        return line
                remaining = give_up - time.monotonic()
                if remaining <= 0 or over:
                    return None
                self.news.wait(min(remaining, 0.5))  # its end may come without a line

    def listener(self):
        """The process that accepts connections: the child of nsenter."""
        return [process for process in process_table().values() if process.parent == self.process.pid]

    def stop(self):
        """Ends the listener; connections stay."""
        if self.process:
            kill(self.listener())
            self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def paused(self):
        """It takes no connections, which wait at its port."""
        kill(self.listener(), signal.SIGSTOP)
        try:
            yield
        finally:  # nsenter has stopped itself with its child
            kill(self.listener(), signal.SIGCONT)
            self.process.send_signal(signal.SIGCONT)

    def drop_connections(self):
        """Kills what serves connections, so that the kernel ends them; what they started meets the end of its input."""
        listeners = {process.pid for process in self.listener()} if self.process else set()
        kill(p for p in self.host.processes() if p.name.startswith("sshd") and p.pid not in listeners)

    def finish(self):
        """To be called once the host has ended."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LIMIT_SECONDS)
