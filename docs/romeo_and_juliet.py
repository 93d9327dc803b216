"""Romeo and Juliet over TCP, on two agents: python3 romeo_and_juliet.py ROMEO JULIET [ADDRESS]

ROMEO and JULIET are where the agents listen, for example 127.0.0.1:50051. ADDRESS is one of Juliet's that Romeo
reaches; 127.0.0.1 if both are on one host. Each host is a session: one stream.
"""
import queue
import sys

import grpc
from balcony.v1 import agent_pb2_grpc, session_pb2

TCP = {"family": "FAMILY_INET", "transport": "TRANSPORT_TCP"}


class Host:
    def __init__(self, name, agent):
        self.name, self.calls, self.last_id = name, queue.SimpleQueue(), 0
        self.channel = grpc.insecure_channel(agent)
        self.events = agent_pb2_grpc.AgentStub(self.channel).Session(iter(self.calls.get, None))

    def do(self, socket, call, **request):
        """Makes one call, says what came of it, and gives its response."""
        self.last_id += 1
        request = {call: {"socket": socket, **request}}
        self.calls.put(session_pb2.Call(id=self.last_id, patience={"seconds": 10}, **request))
        while (event := next(self.events)).HasField("blocked"):
            pass  # the kernel waits, and so do we
        if event.HasField("refused"):  # the agent could not even make the call
            raise SystemExit(f"{self.name}: {call}: {event.refused.message}")
        response = getattr(event.done, call)
        facts = {field.name: value for field, value in response.ListFields()}
        end = "eof" if "end_of_stream" in facts else response.outcome.WhichOneof("result")  # ok, timed_out
        result = response.outcome.error.name or facts.get("bytes") or facts.get("data", b"").decode() or end
        print(f"{self.name}> {socket}.{call} => {result}")
        return response


romeo, juliet = Host("romeo", sys.argv[1]), Host("juliet", sys.argv[2])
place = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
juliet.do("sock", "socket", **TCP)
address = juliet.do("sock", "bind", address={"address": place}).local
juliet.do("sock2", "socket", **TCP)
juliet.do("sock2", "bind", address=address)  # EADDRINUSE: the port has an owner
romeo.do("sock", "socket", **TCP)
romeo.do("sock", "connect", address=address)  # ECONNREFUSED: nobody listens yet
juliet.do("sock", "listen")
romeo.do("sock", "connect", address=address)
juliet.do("sock", "accept", connection="conn")
romeo.do("sock", "send", data={"unit": b"But, soft! what light through yonder window breaks?"})
juliet.do("conn", "recv", max_bytes=1024)
juliet.do("sock", "recv", max_bytes=1024)  # ENOTCONN: a listener carries no data
juliet.do("conn", "send", data={
    "unit": b"What's in a name? that which we call a rose by any other name would smell as sweet"})
romeo.do("sock", "recv", max_bytes=1024)
romeo.do("sock", "shutdown", how="HOW_RDWR")
juliet.do("conn", "recv", max_bytes=1024)  # end of stream: Romeo has taken his leave
juliet.do("conn", "shutdown", how="HOW_RDWR")
for host in romeo, juliet:
    host.calls.put(None)  # half-closes the stream: the session ends, and its sockets with it
