"""The world of an agent: a process of its own, and a session for each sequence."""

import collections
import ctypes
import pathlib
import queue
import signal
import subprocess
import tempfile
import threading

import calls
import grpc
from balcony.v1 import agent_pb2_grpc, session_pb2
from world import BLOCKED, World, failed, succeeded

PATIENCE_S = 60


def end_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Agent(World):
    """See world.World. The agent is started by the thread whose namespace it is to have."""

    def __init__(self, diag, program):
        super().__init__(diag)
        self._directory = tempfile.TemporaryDirectory(prefix="balcony-differential-")
        path = pathlib.Path(self._directory.name) / "agent"
        self._process = subprocess.Popen(
            [program, "--listen", f"unix:{path}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=end_with_parent,
        )
        self._process.stdout.readline()  # it listens
        # What it logs of each session would fill the pipe.
        threading.Thread(target=collections.deque, args=(self._process.stdout, 0), daemon=True).start()
        self._channel = grpc.insecure_channel(f"unix:{path}")
        self._stub = agent_pb2_grpc.AgentStub(self._channel)
        self._last_barrier = 1 << 32
        self._open()

    def _open(self):
        self._orders, self._calls, self._ended = queue.SimpleQueue(), {}, {}
        self._events = self._stub.Session(iter(self._orders.get, None))

    def do(self, number, step):
        call = session_pb2.Call(id=number)
        request = getattr(call, step.row.name)
        self.family = step.family
        request.SetInParent()
        if "socket" in request.DESCRIPTOR.fields_by_name:
            request.socket = self.name(step.slot)
        step.row.ask(self, request, *[self.place(step.family, a) if calls.is_place(a) else a for a in step.arguments])
        self._calls[number] = step
        self._send(call)
        return self._ended.pop(number, BLOCKED)

    def ended(self):
        if self._calls:
            self._send()
        ended, self._ended = self._ended, {}
        return ended

    def where(self, slot):
        event = self._ask(session_pb2.Call(id=self._last_barrier, getsockname={"socket": self.name(slot)}))
        if event.HasField("refused"):
            return calls.HOSTS[0][0], calls.PORTS[1]
        local = event.done.getsockname.local
        return local.address, local.port

    def reset(self):
        """Ends the session, with which all that it had ends, and has the kernel forget the rest."""
        self._orders.put(None)
        for _ in self._events:
            pass
        self._open()
        self.diag.empty()

    def end(self):
        """Ends the agent."""
        self._channel.close()
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        self._directory.cleanup()

    def name(self, slot):
        """What a slot's socket is called."""
        return f"s{slot}"

    # A call, and a barrier behind it: when that is answered, all is told that has come of the call.
    def _send(self, call=None):
        if call is not None:
            self._orders.put(call)
        self._last_barrier += 1
        self._orders.put(session_pb2.Call(id=self._last_barrier, barrier={}))
        while (event := next(self._events)).id != self._last_barrier:
            self._take(event)

    def _ask(self, call):
        self._orders.put(call)
        while (event := next(self._events)).id != call.id:
            self._take(event)
        return event

    def _take(self, event):
        if event.HasField("blocked"):
            return
        step = self._calls.pop(event.id)
        if event.HasField("refused"):
            self._ended[event.id] = ("refused", event.refused.message)
            return
        response = getattr(event.done, event.done.WhichOneof("response"))
        outcome = response.outcome.WhichOneof("result")
        if outcome == "error":
            self._ended[event.id] = failed(response.outcome.error.number)
        elif outcome == "ok":
            self._ended[event.id] = succeeded(step.row.answer(response))
        else:
            self._ended[event.id] = (outcome,)
