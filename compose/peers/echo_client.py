"""The course's client: sends one message and reads its echo, again and again, as soon as there is a server."""
import socket
import time

MESSAGE = b"Is anybody there?"

while True:
    try:
        with socket.create_connection(("server", 10000)) as sock:
            sock.sendall(MESSAGE)
            echo = sock.recv(1024)
            print("received", echo, "as it was sent" if echo == MESSAGE else "and that is no echo")
    except OSError:
        pass  # there is no such server yet, or it does not listen
    time.sleep(0.2)
