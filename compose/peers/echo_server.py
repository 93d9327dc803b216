"""The course's server: sends back what comes, at most 16 bytes at a time, to one client after the other."""
import socket

with socket.create_server(("", 10000)) as listener:
    while True:
        conn, peer = listener.accept()
        print("connection from", peer)
        with conn:
            while data := conn.recv(16):
                print("received", data)
                conn.sendall(data)
        print("closed")
