# A name server on 127.0.0.1:5353, a service called dns: app.internal is 127.0.0.1, and no other name exists.
mkdir -p /srv/dns
cat >/srv/dns/server.py <<'END'
import socketserver


class Name(socketserver.BaseRequestHandler):
    def handle(self):
        ask, sock = self.request
        question = ask[12:]
        end = question.index(0) + 5
        known = question.startswith(b"\x03app\x08internal\x00")
        ipv4 = question[end - 4 : end - 2] == b"\x00\x01"
        answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x05\x00\x04\x7f\x00\x00\x01" if known and ipv4 else b""
        flags = b"\x81\x80" if known else b"\x81\x83"
        counts = b"\x00\x01" + (b"\x00\x01" if answer else b"\x00\x00") + b"\x00\x00\x00\x00"
        sock.sendto(ask[:2] + flags + counts + question[:end] + answer, self.client_address)


socketserver.UDPServer(("127.0.0.1", 5353), Name).serve_forever()
END
unit dns '/usr/bin/python3 /srv/dns/server.py'
