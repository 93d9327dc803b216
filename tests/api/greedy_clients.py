"""A client that begins messages and does not end them, as many as it can: the agent's memory keeps to the limits, and another
client gets what it wants, but for a call now and then.

HTTP/2 by hand, as no library would send it: RFC 9113 for the frames, gRPC over HTTP/2 for what is in them.
"""

import argparse
import collections
import pathlib
import re
import socket
import struct
import subprocess
import sys
import threading
import time

import grpc
from balcony.v1 import agent_pb2_grpc, lease_pb2, socket_pb2

MEBIBYTE = 1 << 20
SESSIONS = 32
MESSAGE = 2 * MEBIBYTE - 1  # the longest that the agent takes: 1 MiB of payload, and 1 MiB beside it
CONNECTIONS = 50
STREAMS = 20  # of each connection
ADDRESS = ("127.0.0.2", 0)  # the greedy client's own
PATIENCE = 60.0  # seconds

DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE = 0, 1, 3, 4, 6, 8
ACK, END_HEADERS = 1, 4
INITIAL_WINDOW_SIZE, FIRST_WINDOW, FRAME = 4, 65535, 16384


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    """A header field by RFC 7541, 6.2.2: not indexed, new name."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


# The first two are :method POST and :scheme http of the static table.
REQUEST = b"\x83\x86" + b"".join(
    field(*pair)
    for pair in [
        (b":path", b"/balcony.v1.Agent/Session"),
        (b":authority", b"agent"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
    ]
)


class Greedy:
    """A connection whose streams each begin a long message, send what the agent has windows for, and never end it."""

    def __init__(self, agent):
        self.sent = 0
        self.first_window = FIRST_WINDOW
        self.window = FIRST_WINDOW  # of the connection
        self.windows = {2 * number + 1: FIRST_WINDOW for number in range(STREAMS)}
        self.left = dict.fromkeys(self.windows, MESSAGE - 1)
        self.socket = socket.create_connection(agent, source_address=ADDRESS)
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()

    def run(self):
        try:
            self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, b""))
            for stream in self.left:
                # Not compressed, so long.
                prefix = struct.pack(">BI", 0, MESSAGE)
                self.socket.sendall(frame(HEADERS, END_HEADERS, stream, REQUEST) + frame(DATA, 0, stream, prefix))
                self.window -= len(prefix)
                self.windows[stream] -= len(prefix)
            with self.socket.makefile("rb") as answers:
                while head := answers.read(9):
                    length, kind, flags, stream = int.from_bytes(head[:3], "big"), head[3], head[4], head[5:]
                    self.take(kind, flags, int.from_bytes(stream, "big"), answers.read(length))
                    self.send()
        except OSError:
            pass  # the agent has had enough of it

    def take(self, kind, flags, stream, payload):
        if kind == RST_STREAM:
            self.left.pop(stream, None)
        elif kind == PING and not flags & ACK:
            self.socket.sendall(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE and stream == 0:
            self.window += int.from_bytes(payload, "big")
        elif kind == WINDOW_UPDATE:
            self.windows[stream] += int.from_bytes(payload, "big")
        elif kind == SETTINGS and not flags & ACK:
            for setting, value in struct.iter_unpack(">HI", payload):
                if setting == INITIAL_WINDOW_SIZE:
                    for known in self.windows:
                        self.windows[known] += value - self.first_window
                    self.first_window = value
            self.socket.sendall(frame(SETTINGS, ACK, 0, b""))

    def send(self):
        for stream in self.left:
            while (size := min(FRAME, self.left[stream], self.window, self.windows[stream])) > 0:
                self.socket.sendall(frame(DATA, 0, stream, bytes(size)))
                self.left[stream] -= size
                self.window -= size
                self.windows[stream] -= size
                self.sent += size


class Patient:
    """A client that does whole sessions, one after the other."""

    def __init__(self, address):
        self.agent = agent_pb2_grpc.AgentStub(grpc.insecure_channel(address))
        self.ends = collections.Counter()

    def visit(self):
        try:
            session = self.agent.OpenSession(lease_pb2.OpenSessionRequest()).session
            call = {"metadata": [("balcony-session", session)], "timeout": PATIENCE}
            request = socket_pb2.SocketRequest(socket="s", family="FAMILY_INET", transport="TRANSPORT_UDP")
            self.agent.Socket(request, **call)
            self.agent.EndSession(lease_pb2.EndSessionRequest(session=session))
            self.ends["done"] += 1
        except grpc.RpcError as error:
            self.ends[error.code().name] += 1


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def complaints_about(pid, address):
    idle = resident(pid)
    patient = Patient(address)
    host, port = address.split(":")
    greedy = [Greedy((host, int(port))) for _ in range(CONNECTIONS)]
    end = time.monotonic() + PATIENCE
    most = sent = 0
    while sent < SESSIONS // 2 * MESSAGE or patient.ends["done"] < 1000:
        if time.monotonic() > end:
            yield f"after {PATIENCE} s only {sent} bytes were sent, and the patient client had {dict(patient.ends)}"
            return
        patient.visit()
        most = max(most, resident(pid))
        sent = sum(client.sent for client in greedy)
    print(f"{sent >> 20} MiB sent, {(most - idle) >> 20} MiB grown, the patient client: {dict(patient.ends)}")
    if most - idle > 3 * SESSIONS * MESSAGE:
        yield f"the agent grew by {most - idle} bytes, with {SESSIONS} sessions of {MESSAGE} at most"
    # gRPC's own quota of memory knows no clients (decision 017): one in a hundred may meet its end by it.
    turned_away = patient.ends["RESOURCE_EXHAUSTED"]
    if set(patient.ends) - {"done", "RESOURCE_EXHAUSTED"} or turned_away > sum(patient.ends.values()) / 100:
        yield "the patient client was disturbed"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    command = [parser.parse_args().agent, "--listen", "127.0.0.1:0", "--limit", f"sessions={SESSIONS}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as agent:
        try:
            address = re.search(r"listening on (127\.0\.0\.1:\d+)", agent.stderr.readline())[1]
            threading.Thread(target=agent.stderr.read, daemon=True).start()  # its log, lest it fills the pipe
            complaints = list(complaints_about(agent.pid, address))
        finally:
            agent.terminate()
    print("\n".join(complaints) or "as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
