# serve DIR: a small HTTP app in DIR/app.py. It listens where HOST and PORT say, sleeps for ?s= seconds, and has all pages but /nope.
. /lab/site.sh
serve() {
	mkdir -p "$1"
	cat >"$1/app.py" <<'END'
import http.server, os, time, urllib.parse


class App(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        wait = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query).get("s")
        if wait:
            time.sleep(float(wait[0]))
        missing = self.path.startswith("/nope")
        self.send_response(404 if missing else 200)
        self.send_header("Content-Length", "3")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"ok\n")

    do_HEAD = do_GET


http.server.ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "5000"))), App).serve_forever()
END
}
