# What an engine's own name server is for a network of its own: it knows the containers that run in the networks of the one that asks. The lab's Podman has none.
# names ADDRESS: it listens there, and is told to a container by --dns.
names() {
	cat >/usr/local/bin/engine-names <<'END'
#!/usr/bin/python3
import json, socketserver, subprocess, sys


def told(*words):
    return subprocess.run(["podman", *words], capture_output=True, text=True).stdout


def address(name, asker):
    """Where the container of that name is in a network that the one that asks is in, too."""
    there = {}
    for c in json.loads(told("inspect", *told("ps", "-q").split()) or "[]"):
        there[c["Name"]] = {k: n["IPAddress"] for k, n in c["NetworkSettings"]["Networks"].items()}
    of = next((nets for nets in there.values() if asker in nets.values()), {})
    return next((a for k, a in there.get(name, {}).items() if k in of), "")


class Name(socketserver.BaseRequestHandler):
    def handle(self):
        ask, sock = self.request
        end = ask.index(0, 12) + 5
        name = ask[13 : 13 + ask[12]].decode()
        four = ask[end - 4 : end - 2] == b"\x00\x01"
        known = address(name, self.client_address[0]) if four and ask[13 + ask[12]] == 0 else ""
        answer = b""
        if known:
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x05\x00\x04" + bytes(map(int, known.split(".")))
        counts = b"\x00\x01" + (b"\x00\x01" if answer else b"\x00\x00") + b"\x00\x00\x00\x00"
        sock.sendto(ask[:2] + (b"\x81\x80" if known or not four else b"\x81\x83") + counts + ask[12:end] + answer, self.client_address)


socketserver.ThreadingUDPServer((sys.argv[1], 53), Name).serve_forever()
END
	chmod 755 /usr/local/bin/engine-names
	sysctl -qw net.ipv4.ip_nonlocal_bind=1
	printf '[Unit]\nDescription=names of containers\n\n[Service]\nExecStart=/usr/local/bin/engine-names %s\n\n[Install]\nWantedBy=multi-user.target\n' "$1" >/etc/systemd/system/engine-names.service
	systemctl daemon-reload
	systemctl enable -q --now engine-names
}
