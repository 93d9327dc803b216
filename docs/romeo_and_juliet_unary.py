"""Romeo and Juliet over TCP, on two agents, by unary calls: python3 romeo_and_juliet_unary.py ROMEO JULIET [ADDRESS]

ROMEO and JULIET are where the agents listen, for example 127.0.0.1:50051. ADDRESS is one of Juliet's that Romeo
reaches; 127.0.0.1 if both are on one host. Each host is a session with a lease.
"""
import sys

import grpc
from balcony.v1 import agent_pb2_grpc, lease_pb2, outcome_pb2, socket_pb2, transfer_pb2

romeo, juliet = (agent_pb2_grpc.AgentStub(grpc.insecure_channel(agent)) for agent in sys.argv[1:3])
in_romeo, in_juliet = ([("balcony-session", agent.OpenSession(lease_pb2.OpenSessionRequest()).session),
                        ("balcony-patience", "10s")] for agent in (romeo, juliet))

sock = {"socket": "sock", "family": "FAMILY_INET", "transport": "TRANSPORT_TCP"}
juliet.Socket(socket_pb2.SocketRequest(**sock), metadata=in_juliet)
anywhere = outcome_pb2.Endpoint(address=sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1")
address = juliet.Bind(socket_pb2.BindRequest(socket="sock", address=anywhere), metadata=in_juliet).local

juliet.Socket(socket_pb2.SocketRequest(**sock | {"socket": "sock2"}), metadata=in_juliet)
taken = juliet.Bind(socket_pb2.BindRequest(socket="sock2", address=address), metadata=in_juliet)
print("a second bind:", taken.outcome.error.name)

romeo.Socket(socket_pb2.SocketRequest(**sock), metadata=in_romeo)
connect = socket_pb2.ConnectRequest(socket="sock", address=address)
print("connect before listen:", romeo.Connect(connect, metadata=in_romeo).outcome.error.name)
juliet.Listen(socket_pb2.ListenRequest(socket="sock"), metadata=in_juliet)
print("connect after listen:", romeo.Connect(connect, metadata=in_romeo).outcome.WhichOneof("result"))
accept = socket_pb2.AcceptRequest(socket="sock", connection="conn")
print("accept:", juliet.Accept(accept, metadata=in_juliet).outcome.WhichOneof("result"))

soft = transfer_pb2.Data(unit=b"But, soft! what light through yonder window breaks?")
sent = romeo.Send(transfer_pb2.SendRequest(socket="sock", data=soft), metadata=in_romeo)
print("romeo sends:", sent.bytes)
recv_conn = transfer_pb2.RecvRequest(socket="conn", max_bytes=1024)
print("juliet receives:", juliet.Recv(recv_conn, metadata=in_juliet).data.decode())
recv_sock = transfer_pb2.RecvRequest(socket="sock", max_bytes=1024)
print("recv on the listener:", juliet.Recv(recv_sock, metadata=in_juliet).outcome.error.name)

rose = transfer_pb2.Data(
    unit=b"What's in a name? that which we call a rose by any other name would smell as sweet")
sent = juliet.Send(transfer_pb2.SendRequest(socket="conn", data=rose), metadata=in_juliet)
print("juliet sends:", sent.bytes)
print("romeo receives:", romeo.Recv(recv_sock, metadata=in_romeo).data.decode())

romeo.Shutdown(socket_pb2.ShutdownRequest(socket="sock", how="HOW_RDWR"), metadata=in_romeo)
print("end of stream:", juliet.Recv(recv_conn, metadata=in_juliet).end_of_stream)

for agent, (session, _) in (romeo, in_romeo), (juliet, in_juliet):
    agent.EndSession(lease_pb2.EndSessionRequest(session=session[1]))
