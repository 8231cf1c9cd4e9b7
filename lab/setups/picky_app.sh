# An HTTPS app in the shop's place that talks to nobody who does not call it shop.internal.
. /lab/site.sh
cat >/srv/shop/server.py <<'END'
import http.server
import ssl


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"shop\n")


def named(sock, name, context):
    if name != "shop.internal":
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/srv/shop/cert.pem", "/srv/shop/key.pem")
context.sni_callback = named
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), App)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
END
unit shop '/usr/bin/python3 /srv/shop/server.py'
systemctl restart shop
listening 127.0.0.1:8443
