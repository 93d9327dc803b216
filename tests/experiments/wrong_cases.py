"""A table of bad_input: wrong files and command lines, and what must come of each."""

import dataclasses
import random
import sys

HOSTS = "host romeo  10.10.0.100/24\nhost juliet 10.10.0.101/24\n"
TCP = HOSTS + "romeo> sock = socket(tcp)\n"  # what follows is line 4
EXCHANGE = HOSTS + """juliet> sock = socket(udp)
juliet> sock.bind(juliet:4000)
romeo> sock = socket(udp)
romeo> sock.sendto("Hello", juliet:4000) => 5
juliet> sock.recvfrom(16) => "Hello", romeo:*
"""
FENCE = "```"
BOUND = EXCHANGE.replace(
    "romeo> sock.sendto", "romeo> sock.bind(romeo:0)\nromeo> sock.sendto"
)  # plays on loopback addresses too


@dataclasses.dataclass
class Case:
    """A script, or whole arguments in its place; and what must come of it."""

    name: str
    script: object  # text or bytes; None where there is no file
    words: tuple  # regular expressions, all of which the output must match
    code: int = 2
    file: str = "case.balcony"
    arguments: tuple = ("run", "{file}")
    given: str = ""
    prefix: tuple = ()
    needs_root: bool = False
    needs_hosts: bool = False  # of their own: a loopback address answers differently
    needs_user_namespaces: bool = False


def at(place):
    """The place in the file that the message must name: "4:7", or "4" for a line."""
    return rf"case\.\w+:{place}(:\d+)*:"


CASES = [
    Case("unknown host", HOSTS + "rome> sock = socket(tcp)", (at("3:1"), "rome", "romeo")),
    Case("unknown host in an address", TCP + "romeo> sock.connect(julie:4000)", (at("4:21"), "julie", "juliet")),
    Case("unknown host in a pattern", TCP + "romeo> sock.getsockname() => rommeo:*", (at("4:30"), "romeo")),
    Case("misspelt call", TCP + "romeo> sock.conect(juliet:4000)", (at("4"), "conect", "connect")),
    Case("misspelt function", HOSTS + "romeo> sock = sokcet(tcp)", (at("3"), "sokcet", "socket")),
    Case("misspelt keyword", HOSTS + "romeo> sock = socket(tpc)", (at("3:22"), "tcp")),
    Case("misspelt errno", TCP + "romeo> sock.connect(juliet:4000) => ECONREFUSED", (at("4:37"), "ECONNREFUSED")),
    Case(
        "text where an address is wanted",
        TCP + 'romeo> sock.bind("juliet")',
        (at("4:18"), "juliet:4000|endpoint|address"),
    ),
    Case("text where a number is wanted", TCP + 'romeo> sock.recv("many")', (at("4:18"), "number")),
    Case("too few arguments", TCP + "romeo> sock.recv()", (at("4"), "max_bytes")),
    Case("too many arguments", TCP + "romeo> sock.listen(1, 2)", (at("4"), "backlog")),
    Case("unknown argument", TCP + "romeo> sock.listen(bcklog=1)", (at("4"), "backlog")),
    Case("a socket before it is made", HOSTS + "romeo> sock.bind(romeo:1)", (at("3:8"), "sock")),
    Case("another host's socket", TCP + "juliet> sock.bind(juliet:4000)", (at("4:9"), "sock")),
    Case("a socket after close", TCP + "romeo> sock.close()\nromeo> sock.bind(romeo:4000)", (at("5"), "clos")),
    Case("text from bind", TCP + 'romeo> sock.bind(romeo:4000) => "text"', (at("4:33"), "bind")),
    Case("a state from send", TCP + 'romeo> sock.send("x") => LISTEN', (at("4:26"), "send")),
    Case("two values from recv", TCP + 'romeo> sock.recv(16) => "x", romeo:*', (at("4"), "recv")),
    Case("an unknown field", TCP + "romeo> sock.queues() => {recieve_queue: 1}", (at("4:26"), "recv_queue")),
    Case(
        "a background call that nobody joins",
        TCP + "romeo> done = sock.connect(juliet:4000) &",
        (at("4:20"), "romeo> wait done"),
    ),
    Case("a wait for nothing", TCP + "romeo> wait done", (at("4:13"), "done", "background")),
    Case(
        "a name used before its wait",
        TCP + "romeo> data = sock.recv(16) &\nromeo> sock.send(data)\nromeo> wait data",
        (at("5"), "wait"),
    ),
    Case("unclosed text", TCP + 'romeo> sock.send("hello)', (at("4:18"), 'closed|ends|"')),
    Case("unclosed brace", TCP + "repeat 3 {\nromeo> sock.close()", (at("4:10"), "}")),
    Case("unclosed parenthesis", TCP + "romeo> sock.send(", (at("4"), r"\)|argument|value")),
    Case("unclosed fence", f"# Lab\n\n{FENCE}balcony\n{TCP}", (at("3:1"), FENCE), file="case.md"),
    Case(
        "a fence inside a fence",
        f"# Lab\n\n{FENCE}balcony\n{TCP}\n{FENCE}balcony\nromeo> sock.close()\n{FENCE}\n",
        (at("3:1"), FENCE),
        file="case.md",
    ),
    Case("binary garbage", random.Random(3).randbytes(100_000), (at(r"\d+:\d+"),)),
    Case("binary garbage for Markdown", random.Random(4).randbytes(100_000), (r"case\.md",), file="case.md"),
    Case("a program for a script", open(sys.executable, "rb").read(200_000), (at(r"\d+:\d+"),)),
    Case("a file of 100 MB", b"# nothing\n" * 10_000_000, (r"case\.balcony", "MiB")),
    Case("a line of 4 MB", HOSTS + "romeo> " + "x" * 4_000_000, (r"case\.balcony",)),
    Case("ten thousand braces", HOSTS + "{" * 10_000, (at(r"\d+:\d+"),)),
    Case("an empty file", "", (r"case\.balcony", "step|empty|script")),
    Case("an empty Markdown file", "", (r"case\.md", FENCE + "balcony"), file="case.md"),
    Case("Markdown without a script", "# Lab\n\nNothing to run.\n", (r"case\.md", FENCE + "balcony"), file="case.md"),
    Case("hosts without steps", HOSTS, (r"case\.balcony", "step")),
    Case(
        "one name for two hosts",
        HOSTS + "host romeo 10.10.0.102/24\nromeo> sock = socket(tcp)",
        (at("3:6"), "romeo", "line 1|twice|another name"),
    ),
    Case(
        "one address for two hosts",
        HOSTS + "host nurse 10.10.0.100/24\nnurse> sock = socket(tcp)",
        (at("3:12"), "romeo"),
    ),
    Case("no such address", "host romeo 10.10.0.300/24\nromeo> sock = socket(tcp)", (at("1:12"),)),
    Case("a host's address as a variable", TCP + "romeo> juliet = socket(tcp)", (at("4:8"), "juliet")),
    Case("a call that is still to come", TCP + "romeo> sock.setsockopt(1, 2)", (at("4"), "setsockopt")),
    Case(
        "an address outside of every LAN",
        TCP + "romeo> sock.connect(192.168.7.7:80)",
        (at("4:21"), "outside every LAN", "ENETUNREACH"),
    ),
    Case(
        "that address, expected",
        TCP + "romeo> sock.connect(192.168.7.7:80) => ENETUNREACH",
        ("# passed",),
        code=0,
        needs_hosts=True,
    ),
    Case(
        "an address of another host",
        TCP + "romeo> sock.bind(juliet:4000)",
        (at("4"), "EADDRNOTAVAIL"),
        code=1,
        needs_hosts=True,
    ),
    Case(
        "a step that never ends",
        "timeout 300ms\n" + TCP + "romeo> sock.bind(romeo:4000)\nromeo> sock.listen()\nromeo> conn, _ = sock.accept()",
        (at("7:8|7:1"), "accept on romeo still blocks after [3-9][0-9][0-9]ms", r"since \d\d:\d\d:\d\d", "LISTEN"),
        code=1,
    ),
    Case(
        "a wrong expectation",
        EXCHANGE.replace('"Hello", romeo', '"Hullo", romeo'),
        (at("7"), 'expected "Hullo"', 'got "Hello"'),
        code=1,
    ),
    Case(
        "input that ends too early",
        'host me\nme> one = input("> ")\nme> two = input("> ")',
        (at("3"), "input has ended", "type a line|pipe"),
        code=3,
        given="only this\n",
    ),
    Case(
        "repeat with nothing to do",
        "set times = 0\n" + TCP + "repeat times { romeo> sock.close() }",
        (at("5:8"), "at least once"),
    ),
    Case(
        "a parameter that the file does not set",
        EXCHANGE,
        ("-D|define", "clients", "set"),
        arguments=("run", "{file}", "-D", "clients=3"),
    ),
    Case(
        "a misspelt parameter",
        "set clients = 3\n" + EXCHANGE,
        ("cleints", "clients"),
        arguments=("run", "{file}", "-D", "cleints=3"),
    ),
    Case("a parameter without a value", EXCHANGE, ("NAME=VALUE",), arguments=("run", "{file}", "-D", "clients")),
    Case("no such file", None, (r"missing\.md", "No such file"), arguments=("run", "missing.md")),
    Case("a folder without experiments", None, ("experiment", FENCE + "balcony"), arguments=("run", ".")),
    Case("no file", None, ("FILE",), arguments=("run",)),
    Case("no command", None, ("--help",), arguments=()),
    Case("a question for help", None, ("Usage", "check", "Exit codes"), code=0, arguments=("help",)),
    Case("a question for help with a command", None, ("Usage", "--report"), code=0, arguments=("help", "run")),
    Case("a question for help with what is none", None, ("rnu", "did you mean balcony run"), arguments=("help", "rnu")),
    Case(
        "a misspelt command",
        None,
        (
            "rnu",
            "did you mean balcony run",
        ),
        arguments=("rnu", "x.md"),
    ),
    Case("an unknown option", EXCHANGE, ("--reprot", "--report"), arguments=("run", "{file}", "--reprot", "x")),
    Case("an unknown fleet", EXCHANGE, ("lokal", "local"), arguments=("run", "{file}", "--fleet", "lokal")),
    Case(
        "two files, one of them wrong",
        EXCHANGE,
        (r"missing\.md", "No such file"),
        arguments=("run", "{file}", "missing.md"),
    ),
    Case(
        "a file from standard input",
        None,
        (r"-:3:1: ", "romeo"),
        arguments=("run", "-"),
        given=HOSTS + "rome> sock = socket(tcp)",
    ),
    Case(
        "a report where none can be",
        EXCHANGE,
        (r"/proc/nowhere/report\.json cannot be written",),
        code=3,
        arguments=("run", "{file}", "--report", "/proc/nowhere"),
    ),
    Case(
        "repeat with nothing to do, by -D",
        "set times = 1\n" + TCP + "repeat times { romeo> sock.close() }",
        (at("5:8"), "at least once"),
        arguments=("run", "{file}", "-D", "times=0"),
    ),
    Case("a limit that is no time", EXCHANGE, ("--limit", "90s"), arguments=("run", "{file}", "--limit", "soon")),
]
