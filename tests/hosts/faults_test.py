"""What may befall a testbed, each as an ssh of the user's or a connect(2) meets it."""

import errno
import os
import re
import select
import socket
import tempfile

from layouts import behind_bastion, direct
from rooms import LIMIT_SECONDS, until_nothing
from testbed import Testbed

ALIVE = ("ServerAliveInterval=1", "ServerAliveCountMax=1")
REFUSALS = {
    "admin-prohibited": errno.EHOSTUNREACH,
    "port-unreachable": errno.ECONNREFUSED,
    "tcp-reset": errno.ECONNREFUSED,
    "drop": None,
}


def fails(bed, line, words, *options, code=255, remote="true"):
    """Complains unless ssh ends with this exit code and says these words."""
    outcome = bed.ssh(line, remote, *options)
    if outcome.returncode != code or not re.search(words, outcome.stderr):
        got = f"exit {outcome.returncode}\n{outcome.stdout}{outcome.stderr}"
        yield f"{line}: wanted exit {code} and {words!r}, got {got}"


def works(bed, login):
    outcome = bed.ssh(login.command, "true")
    if outcome.returncode != 0:
        yield f"{login.command} does not work: {outcome.stderr}"


def reads(pipe, patience=LIMIT_SECONDS):
    """What comes from a pipe, if anything does in time."""
    return os.read(pipe.fileno(), 4096) if select.select([pipe], [], [], patience)[0] else None


def session(bed, login, *options):
    """An ssh with a cat at its other end, which has answered."""
    process = bed.start_ssh(login.command, "cat", *options)
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    assert reads(process.stdout) == b"hello\n", process.communicate()
    return process


def the_wrong_people():
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        stranger = (f"IdentityFile={bed.key('stranger')}", "IdentitiesOnly=yes")
        yield from fails(bed, juliet.command, "Permission denied", *stranger)
        yield from fails(bed, juliet.command.replace("alice", "mallory"), "Permission denied")


def cut_links():
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        with session(bed, juliet, *ALIVE) as process:
            juliet.host.cut()
            said = process.communicate(timeout=LIMIT_SECONDS)[1].decode()
            if "not responding" not in said or process.returncode != 255:
                yield f"with the link cut: exit {process.returncode}, {said}"
        if not juliet.host.processes_of("alice"):
            yield "the far end knows of a link cut without a word"
        yield from fails(bed, juliet.command, "timed out", "ConnectTimeout=1")
        juliet.host.mend()
        yield from works(bed, juliet)


def cut_in_mid_copy():
    """A file that is on its way, and stays as far as it has come."""
    whole = 8_000_000
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        juliet.host.slow_down("20mbit")
        part = juliet.host.path("/home/alice/part")
        with tempfile.TemporaryFile() as file:
            file.truncate(whole)
            with bed.start_ssh(juliet.command, "cat >part", *ALIVE, stdin=file) as process:
                until_nothing(lambda: not part.exists() or part.stat().st_size == 0)
                juliet.host.cut()
                process.communicate(timeout=LIMIT_SECONDS)
        if process.returncode != 255 or not 0 < part.stat().st_size < whole:
            yield f"cut in mid-copy: exit {process.returncode}, {part.stat().st_size} bytes of {whole}"


def sshd_gone():
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        with session(bed, juliet) as process:
            juliet.host.kill_sshd()
            if process.wait(LIMIT_SECONDS) != 255:
                yield f"a connection of a killed sshd: exit {process.returncode}"
        yield from fails(bed, juliet.command, "Connection refused")
        juliet.host.sshd.start()
        yield from works(bed, juliet)
        juliet.host.new_host_key()
        yield from fails(bed, juliet.command, "REMOTE HOST IDENTIFICATION HAS CHANGED")
        if not juliet.host.sshd.heard("Accepted publickey for alice"):
            yield "the log of sshd is not heard"


def too_many_at_once():
    """One connection that has not logged in, where no more may be."""
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        juliet.host.sshd.configure(MaxStartups="1:100:1")
        with bed.desk.socket() as waiting:
            waiting.connect((juliet.control, juliet.host.sshd.port))
            waiting.recv(64)
            yield from fails(bed, juliet.command, "kex_exchange_identification")
        if not juliet.host.sshd.heard("MaxStartups"):
            yield "sshd says nothing of MaxStartups"


def firewalls():
    with Testbed() as bed:
        logins = direct(bed)
        with logins["juliet"].host.socket() as listener:
            listener.bind((logins["juliet"].data, 0))
            listener.listen()
            for verdict, wanted in REFUSALS.items():
                with logins["juliet"].host.firewall(verdict, "control"), logins["romeo"].host.socket() as client:
                    client.settimeout(0.5 if wanted is None else LIMIT_SECONDS)
                    met = errno_of(client, listener.getsockname())
                    if met != wanted:
                        yield f"{verdict}: met {met}, wanted {wanted}"
                    yield from works(bed, logins["juliet"])
            with logins["romeo"].host.socket() as client:
                client.settimeout(LIMIT_SECONDS)
                client.connect(listener.getsockname())


def errno_of(client, address):
    """What connect(2) meets; nothing if it waits."""
    try:
        client.connect(address)
    except socket.timeout:
        return None
    except OSError as error:
        return error.errno
    return 0


def full_and_noexec():
    with Testbed() as bed:
        logins = direct(bed, sizes={"/home": "4m"}, noexec=["/home"])
        copies = "cp /bin/true here && ./here"
        yield from fails(bed, logins["juliet"].command, "Permission denied", code=126, remote=copies)
        if bed.ssh(logins["juliet"].command, "cp /bin/true /var/tmp/here && /var/tmp/here").returncode != 0:
            yield "/var/tmp does not execute"
        filler = logins["juliet"].host.fill(leave_bytes=8192)
        yield from fails(bed, logins["juliet"].command, "No space left", code=1, remote="cat /bin/true >part")
        filler.unlink()
        until_nothing(lambda: logins["juliet"].host.processes_of("alice"))
        left = logins["juliet"].host.left("alice")
        wanted = [f"juliet: file /{file}" for file in ("home/alice/here", "home/alice/part", "var/tmp/here")]
        if left != wanted:
            yield f"left is {left}, and should be {wanted}"


def things_of_others():
    """A process of another user, told apart; and a program that is not what it was."""
    with Testbed() as bed:
        juliet = direct(bed)["juliet"]
        with juliet.host.start("cat", user="bob", stdin=-1, stdout=-1) as process:
            process.stdin.write(b"hello\n")
            process.stdin.flush()
            reads(process.stdout)
            of = {user: [process.name for process in juliet.host.processes_of(user)] for user in ("alice", "bob")}
            if of != {"alice": [], "bob": ["cat"]}:
                yield f"processes by user: {of}"
        juliet.host.disguise("/usr/bin/uname", "#!/bin/sh\necho aarch64\n")
        said = bed.ssh(juliet.command, "uname -m").stdout
        if said != "aarch64\n":
            yield f"uname says {said}"
        if bed.ssh(juliet.by("bob").command, "id -un").stdout != "bob\n":
            yield f"{juliet.by('bob').command} is not Bob's"


def the_bastion():
    """It has no shell and forwards to nobody else, and without it nothing works."""
    with Testbed() as bed:
        juliet = behind_bastion(bed)["juliet"]
        config = f"ssh -F {bed.folder}/ssh_config"
        yield from fails(bed, f"{config} bastion.testbed.test", "", code=1)
        elsewhere = f"{config} -W [::1]:22 bastion.testbed.test"
        outcome = bed.ssh(elsewhere.rsplit(" ", 1)[0], "bastion.testbed.test")
        if outcome.returncode == 0 or "prohibited" not in outcome.stderr:
            yield f"the bastion forwards to anybody: exit {outcome.returncode}, {outcome.stderr}"
        if bed.ssh(f"ssh -i {bed.key('user')} ubuntu@{juliet.control}", "true", "ConnectTimeout=2").returncode != 255:
            yield "there is a way past the bastion"
        yield from works(bed, juliet)
        bed.hosts["bastion"].kill_sshd()
        yield from fails(bed, juliet.command, "Connection refused")


FAULTS = {
    "wrong people": the_wrong_people,
    "cut links": cut_links,
    "cut in mid-copy": cut_in_mid_copy,
    "sshd gone": sshd_gone,
    "MaxStartups": too_many_at_once,
    "firewalls": firewalls,
    "full and noexec": full_and_noexec,
    "others": things_of_others,
    "the bastion": the_bastion,
}
