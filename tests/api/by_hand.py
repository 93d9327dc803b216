"""Plays the lines for grpcurl in docs/api.md as grpcurl does: by what the agent's reflection tells, and from JSON.

Stands in for grpcurl, which is no package of Debian's. Nothing of the stubs is used here.
"""

import argparse
import json
import re
import socket
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from programs import DOCS, running

LINE = re.compile(r"^    a (\w+) '(.*)'$", re.MULTILINE)
CALL = re.compile(r"^    a\(\) \{ grpcurl .* \}$", re.MULTILINE)
HEADER = re.compile(r"-H '([^:]*): ([^']*)'")
DOCUMENTED_PORT = 4000

# Of grpc/reflection/v1alpha/reflection.proto what is needed: to ask for the file with a symbol, and its answer.
ASK, FILES, FILE = 4, 4, 1


def varint(value):
    first, rest = value & 0x7F, value >> 7
    return bytes([first | 0x80]) + varint(rest) if rest else bytes([first])


def written(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def fields_of(message):
    """The fields of a message that have bytes, of whatever kind: number and value."""
    def number():
        nonlocal message
        value = shift = 0
        while True:
            byte, message = message[0], message[1:]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while message:
        key = number()
        size = number()
        if key & 7 == 2:
            yield key >> 3, message[:size]
            message = message[size:]


def reflected(channel, symbol):
    """A pool with what the agent tells of a symbol, and of what that needs."""
    ask = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    answer = next(ask(iter([written(ASK, symbol.encode())])))
    files = [value for field, value in fields_of(answer) if field == FILES][0]
    protos = {}
    for _, file in fields_of(files):
        proto = descriptor_pb2.FileDescriptorProto.FromString(file)
        protos[proto.name] = proto
    pool = descriptor_pool.DescriptorPool()

    def add(name):
        proto = protos.pop(name, None)
        for needed in proto.dependency if proto else ():
            add(needed)
        if proto:
            pool.Add(proto)

    for name in list(protos):
        add(name)
    return pool


def player(channel, metadata):
    """Makes one call by its name, from JSON to JSON."""
    service = reflected(channel, "balcony.v1.Agent").FindServiceByName("balcony.v1.Agent")

    def play(name, text):
        method = service.FindMethodByName(name)
        request = json_format.Parse(text, message_factory.GetMessageClass(method.input_type)())
        respond = message_factory.GetMessageClass(method.output_type).FromString
        call = channel.unary_unary(f"/balcony.v1.Agent/{name}", lambda message: message.SerializeToString(), respond)
        return json.loads(json_format.MessageToJson(call(request, metadata=metadata, timeout=20)))

    return play


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def complaints_about(guide, channel):
    header = HEADER.findall(CALL.search(guide)[0])
    play, port = player(channel, header), free_port()
    answers = {}
    for name, text in LINE.findall(guide):
        answers.setdefault(name, []).append(play(name, text.replace(str(DOCUMENTED_PORT), str(port))))
    refused, connected = (answer["outcome"] for answer in answers["Connect"])
    said = [refused["error"], connected["ok"], answers["Recv"][0].get("data"), answers["Recv"][1].get("endOfStream")]
    if said != [{"number": 111, "name": "ECONNREFUSED"}, {}, "SGVsbG8=", True]:
        yield f"the agent said {said}"
    if not answers["EndSession"]:
        yield "the exchange does not come to its end"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    options = parser.parse_args()
    with running(options.agent) as address, grpc.insecure_channel(address) as channel:
        complaints = list(complaints_about((DOCS / "api.md").read_text(), channel))
    print("\n".join(complaints) or "as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
