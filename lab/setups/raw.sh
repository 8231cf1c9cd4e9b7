# An app on 127.0.0.1:7000, a service called shop, that sends the bytes of /srv/shop/answer, whatever they are.
. /lab/proxied.sh
mkdir -p /srv/shop
cat >/srv/shop/server.py <<'END'
import socketserver


class App(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(65536)
        self.request.sendall(open("/srv/shop/answer", "rb").read())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server(("127.0.0.1", 7000), App).serve_forever()
END
answer() { printf "$1" >/srv/shop/answer; }
answer 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nshop\n'
unit shop '/usr/bin/python3 /srv/shop/server.py' User=www-data
proxied http://127.0.0.1:7000
listening 127.0.0.1:7000
