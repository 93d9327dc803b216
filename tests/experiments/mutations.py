"""Makes the expectations of an experiment wrong, one at a time.

Reads the script just well enough for that: line by line, text and regular expressions and comments told apart. What it
cannot read it complains of, so that no expectation is passed over in silence.
"""

import re

TOKEN = re.compile(
    r"""
    (?P<text>"(?:\\.|[^"\\])*")
  | (?P<regex>(?<![\w)\]"])/(?:\\.|[^/\\])+/)
  | (?P<comment>\#.*)
  | (?P<arrow>=>)
  | (?P<other>[\w-]+|\.\.|\s+|.)
""",
    re.VERBOSE,
)
STEP = re.compile(
    r"^\s*(?:while\s+)?(?:(?P<prompt>[\w*.\[\]-]+)>\s+)?(?:while\s+)?(?:[\w, ]+=\s*)?"
    r"(?:(?P<wait>wait\s+\w+)|(?:[\w-]+\.)?(?P<call>\w+)\()"
)
NO_STEP = re.compile(
    r"^\s*(?:(?:host|set|timeout|needs|router|link|sysctl)\s|\}|"
    r"(?:[\w*.\[\]-]+>\s+)?(?:repeat\s.*|for\s.*|parallel\s*)?\{\s*$|$)"
)
ERRNO = re.compile(r"^E[A-Z0-9]+$")
STATES = {
    "LISTEN",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
    "CLOSED",
}
ENDPOINT = re.compile(r"^(?P<host>[\w.\[\]*-]+?):(?P<port>\*|\w+(?:\.\.\w+)?)$")
NOWHERE = "203.0.113.9"  # RFC 5737: an address for documentation, which no host has
COUNTING = {"send", "sendall", "sendto", "len"}
BLOCKED_VALUES = {"accept": "_, *:*", "recv": '"never sent"', "recvfrom": '"never sent", *:*'}


class Mutant:
    """An experiment with one wrong expectation."""

    def __init__(self, text, line, expectation_line, what, is_condition):
        self.text = text
        self.line = line  # of the step
        self.expectation_line = expectation_line  # the same, or one below it
        self.what = what  # "EADDRINUSE -> EPROTO"
        self.is_condition = is_condition  # of a while: it ends the loop, and some other step must fail


def script_lines(name, text):
    """The numbers, from 0, of the lines that are script."""
    lines = text.split("\n")
    if name.endswith(".balcony"):
        return list(range(len(lines)))
    numbers, inside = [], False
    for number, line in enumerate(lines):
        if line.startswith("```"):
            inside = line.strip() == "```balcony"
        elif inside:
            numbers.append(number)
    return numbers


def split_line(line):
    """A line's step, its pattern (None without "=>") and where each ends: (head, pattern, tail)."""
    head, pattern, tail = "", None, ""
    for token in TOKEN.finditer(line):
        kind, piece = token.lastgroup, token.group()
        if kind == "comment":
            tail = piece
        elif kind == "arrow" and pattern is None:
            pattern = ""
        elif pattern is None:
            head += piece
        else:
            pattern += piece
    rest = head if pattern is None else pattern
    opens = re.search(r"\s*\{\s*$", rest) if re.search(r"\bwhile\b", head) else None
    kept = rest[: opens.start()] if opens else rest.rstrip()
    tail = rest[len(kept) :] + tail
    return (kept, None, tail) if pattern is None else (head, kept, tail)


def split_parts(pattern, separator):
    """Splits at separators that stand outside of brackets, text and regular expressions."""
    parts, depth = [""], 0
    for token in TOKEN.finditer(pattern):
        piece = token.group()
        if token.lastgroup == "other":
            depth += (piece in "([{") - (piece in ")]}")
            if piece == separator and depth == 0:
                parts.append("")
                continue
        parts[-1] += piece
    return parts


def wrong_endpoints(part, hosts):
    """Another host, and another port if one is named."""
    match = ENDPOINT.match(part)
    if not match:
        return [f"{NOWHERE}:9"]
    host, port = match["host"], match["port"]
    named = re.sub(r"\[.*", "", host)
    other = next((name for name in hosts if name != named), NOWHERE) if named in hosts else NOWHERE
    wrong = [f"{other}:{port}"] if host != "*" else []
    if port != "*":
        wrong.append(f"{host}:9" if ".." in port or not port.isdigit() else f"{host}:{int(port) + 1}")
    return wrong or [f"{NOWHERE}:*"]


def wrong_record(part, call, hosts):
    """Each field wrong in turn."""
    fields = split_parts(part.strip()[1:-1], ",")
    for number, field in enumerate(fields):
        name, _, value = field.partition(":")
        for wrong in wrong_parts(value.strip(), call, hosts):
            yield "{" + ",".join([*fields[:number], f"{name}: {wrong}", *fields[number + 1 :]]) + "}"


def wrong_list(part, call, hosts):
    """Each element wrong in turn, and one too many where the list is exact."""
    elements = [element.strip() for element in split_parts(part.strip()[1:-1], ",") if element.strip()]
    for number, element in enumerate(elements):
        for wrong in wrong_parts(element, call, hosts) if element != "..." else []:
            yield "[" + ", ".join([*elements[:number], wrong, *elements[number + 1 :]]) + "]"
    if "..." not in elements:
        yield "[" + ", ".join([*elements, *(elements[-1:] or ["_"])]) + "]"


def wrong_parts(part, call, hosts):
    """What may stand in the place of one part of a pattern and cannot match what the part matches."""
    if part == "_":
        return []
    if len(split_parts(part, "|")) > 1:
        return ["ENOSYS"]
    if part.startswith("not "):
        return [part.removeprefix("not ")]
    if part == "eof":
        return ['"x"']
    if part.startswith("blocks"):
        return [BLOCKED_VALUES.get(call, "ENOSYS") + " within 100ms"]
    if part.startswith("{"):
        return list(wrong_record(part, call, hosts))
    if part.startswith("["):
        return list(wrong_list(part, call, hosts))
    if part.startswith("/"):
        return ["/^no such text$/"]
    if part in STATES:
        return ["SYN-SENT" if part != "SYN-SENT" else "LISTEN"]
    if ERRNO.match(part):
        return ["EBADMSG" if part == "EPROTO" else "EPROTO"]
    if ENDPOINT.match(part):
        return wrong_endpoints(part, hosts)
    return wrong_quantity(part, call)


def wrong_quantity(part, call):
    """Numbers, counted things and text."""
    if match := re.match(r"^(\d+)( bytes| sockets| packets| lines)?$", part):
        return [f"{int(match[1]) + 1}{match[2] or ''}"]
    if match := re.match(r"^(<=?|>=?)\s", part):
        return ["> 1000000000" if ">" in match[1] else "< 0"]
    if re.match(r"^\w+\.\.\w+", part):
        return ["1000000000..1000000001"]
    if call in COUNTING or call in {"queues", "sockets"} or part.startswith("len("):
        return [f"{part} + 1"]
    return [f'{part} + "!"']


def wrong_patterns(pattern, call, hosts, is_condition):
    """Every wrong pattern for this one."""
    body, within, time = pattern.strip().partition(" within ")
    if is_condition:
        return [f'{body} + "!"']
    parts = [part.strip() for part in split_parts(body, ",")]
    ends = call in {"getsockname", "getpeername"}
    wrong = []
    for number, part in enumerate(parts):
        is_end = ends or (call in {"accept", "recvfrom"} and number == 1)
        others = wrong_endpoints(part, hosts) if is_end and part != "_" else wrong_parts(part, call, hosts)
        wrong += [", ".join([*parts[:number], other, *parts[number + 1 :]]) for other in others]
    return [f"{other}{within}{time}" for other in wrong] or ["ENOSYS"]


def call_names(text):
    """Which call each background name stands for."""
    return dict(re.findall(r"(\w+)(?:, \w+)?\s*= \w+\.(\w+)\([^\n]*\) &", text))


def mutants(name, text):
    """Every experiment that differs from this one in a single wrong expectation; and the lines left out, with why."""
    lines = text.split("\n")
    hosts = [host for host in re.findall(r"^host ([\w-]+)", text, re.MULTILINE)]
    background = call_names(text)
    made, left_out = [], []
    step_line = None
    for number in script_lines(name, text):
        head, pattern, tail = split_line(lines[number])
        continued = pattern is not None and not head.strip()
        if not continued:
            if NO_STEP.match(head):
                continue
            step_line = number
        step = STEP.match(lines[step_line])
        if not step:
            raise ValueError(f"{name}:{number + 1}: cannot read this line: {lines[number]}")
        call = step["call"] or background.get((step["wait"] or "").removeprefix("wait").strip())
        is_condition = bool(re.search(r"\bwhile\b", head))
        if pattern is None and head.endswith("&"):
            left_out.append(f"{number + 1}: behind & only `blocks` may stand")
            continue
        if pattern is None and number + 1 < len(lines) and re.match(r"^\s*=>", lines[number + 1]):
            continue
        added = '"no such text"' if is_condition or call in {"input", "upper", "lower", "socket"} else "ENOSYS"
        wrong = [added] if pattern is None else wrong_patterns(pattern, call, hosts, is_condition)
        for other in wrong:
            mutated = [*lines[:number], f"{head} => {other}{tail}", *lines[number + 1 :]]
            what = f"{(pattern or 'nothing').strip()} -> {other}"
            made.append(Mutant("\n".join(mutated), step_line + 1, number + 1, what, is_condition))
    return made, left_out
