"""The world of CPython: its own socket module, and a thread for each call that may have to wait.

A call waits when its thread sleeps, interruptibly, in the system call that it stands for: the kernel says so in
/proc/self/task/TID. Who is woken up is no longer asleep when the call that woke it returns, so nobody has to wait a
while.
"""

import os
import platform
import queue
import socket
import struct
import threading

import calls
from diag import LISTED_STATES
from world import BLOCKED, World, failed, succeeded

# The system calls that CPython makes for its methods: connect, accept4, sendto, recvfrom, sendmsg, recvmsg, close, and
# poll or ppoll.
WAITING = {
    "x86_64": {42, 288, 44, 45, 46, 47, 3, 7},
    "aarch64": {203, 242, 206, 207, 211, 212, 57, 73},
}[platform.machine()]
NO_LINGER = struct.pack("ii", 0, 0)


class Worker:
    """A thread that makes one call at a time."""

    def __init__(self):
        self._orders = queue.SimpleQueue()
        self._started = threading.Event()
        self.result = self.step = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait()
        task = f"/proc/self/task/{self._thread.native_id}"
        self._syscall = os.open(f"{task}/syscall", os.O_RDONLY)
        self._stat = os.open(f"{task}/stat", os.O_RDONLY)

    def _run(self):
        self._started.set()
        while True:
            self.result = made(self._orders.get())

    def begin(self, step, call):
        self.result, self.step = None, step
        self._orders.put(call)

    def sleeps(self):
        """Whether it sleeps in a call. Asked twice, with its state in between: a call is one stretch of time."""
        before = self._number()
        state = os.pread(self._stat, 512, 0).rpartition(b")")[2].split()[0]
        return before in WAITING and state == b"S" and self._number() == before

    def _number(self):
        word = os.pread(self._syscall, 256, 0).split()[0]
        return int(word) if word.isdigit() else -1

    def wait(self):
        """Until it has ended or sleeps."""
        while self.result is None and not self.sleeps():
            os.sched_yield()
        return self.result or BLOCKED


def made(call):
    """The result of a call."""
    try:
        return succeeded(call())
    except OSError as error:
        return failed(error.errno)
    except Exception as error:  # a worker must not end without a word
        return ("raised", repr(error))


class CPython(World):
    """See world.World."""

    def __init__(self, diag):
        super().__init__(diag)
        self._sockets, self._ends, self._idle, self._busy = {}, {}, [], {}

    def do(self, number, step):
        sock = self._sockets.get(step.slot)
        arguments = [self.place(step.family, a) if calls.is_place(a) else a for a in step.arguments]
        if step.row.name == "close":
            del self._sockets[step.slot]
        if not step.waits:
            return self._made(step, made(lambda: step.row.python(self, sock, *arguments)))
        worker = self._idle.pop() if self._idle else Worker()
        worker.begin(step, lambda: step.row.python(self, sock, *arguments))
        result = worker.wait()
        if result == BLOCKED:
            self._busy[number] = worker
        else:
            self._idle.append(worker)
        return self._made(step, result)

    def ended(self):
        results = {number: worker.wait() for number, worker in self._busy.items()}
        for number, result in list(results.items()):
            if result == BLOCKED:
                del results[number]
            else:
                worker = self._busy.pop(number)
                self._idle.append(worker)
                results[number] = self._made(worker.step, result)
        return results

    def where(self, slot):
        if slot not in self._sockets:
            return calls.HOSTS[0][0], calls.PORTS[1]
        return self._sockets[slot].getsockname()[:2]

    def reset(self):
        """Wakes what waits, closes all, and has the kernel forget the rest."""
        for sock in self._sockets.values():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        while any(worker.step.row.name != "close" for worker in self._busy.values()):
            for sock in self._sockets.values():
                made(lambda: sock.shutdown(socket.SHUT_RDWR))
            self.ended()
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()
        while self._busy:  # what lingers yet
            self.diag.empty()
            self.ended()
        self._ends.clear()
        self.diag.empty()

    def other_end(self, slot):
        """The slot of the socket that the one in this slot has a connection to, where all that was sent is received."""
        ends = [(s, self._row(sock)) for s, sock in self._sockets.items() if slot in self._sockets]
        ends = {s: row for s, row in ends if row and row.state == "ESTABLISHED" and row.recv_queue == row.send_queue == 0}
        for other, row in ends.items():
            if slot in ends and (row.peer, row.local) == (ends[slot].local, ends[slot].peer):
                return other
        return None

    # What the rows of calls.py need.

    def adopt(self, slot, connection):
        self._sockets[slot] = connection

    def state(self, sock):
        row = self._row(sock)
        return row.state if row else "CLOSED" if sock.type == socket.SOCK_STREAM else "UNCONN"

    def queues(self, sock):
        row = self._row(sock)
        return row.recv_queue if row else 0

    def listing(self):
        return calls.listing(self.diag.rows(LISTED_STATES))

    def _made(self, step, result):
        if isinstance(result[-1], socket.socket):
            self._sockets[step.slot] = result[-1]
            result = succeeded()
        for slot, sock in list(self._sockets.items()):
            self._remember(slot, sock)
        return result

    def _remember(self, slot, sock):
        try:
            self._ends[sock] = (sock.getsockname()[:2], sock.getpeername()[:2])
        except OSError:
            pass

    # By inode; a TIME-WAIT has none any more, and is known by its two ends. A socket of TCP that is only bound is no
    # connection, though recent kernels list it, with what an earlier one has left unread.
    def _row(self, sock):
        inode = os.fstat(sock.fileno()).st_ino
        for row in self.diag.rows(LISTED_STATES):
            if row.inode == inode or row.inode == 0 and (row.local, row.peer) == self._ends.get(sock):
                return row
        return None
