# A uWSGI app, a service called shop, speaking the uwsgi protocol on 127.0.0.1:9090, and no web server before it.
. /lab/site.sh
mkdir -p /srv/shop
cat >/srv/shop/app.py <<'END'
import time
from urllib.parse import parse_qs


def application(environ, start_response):
    wait = parse_qs(environ["QUERY_STRING"]).get("s")
    if wait:
        time.sleep(int(wait[0]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"shop\n"]
END
cat >/srv/shop/uwsgi.ini <<'END'
[uwsgi]
plugin = python3
master = true
processes = 2
socket = 127.0.0.1:9090
chdir = /srv/shop
wsgi-file = app.py
END
unit shop '/usr/bin/uwsgi --ini /srv/shop/uwsgi.ini' User=www-data KillSignal=SIGQUIT
listening 127.0.0.1:9090
