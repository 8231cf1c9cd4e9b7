# A gunicorn app, a service called shop, on $BIND: 127.0.0.1:8000, or unix:/run/shop/shop.sock.
. /lab/proxied.sh
mkdir -p /srv/shop
cat >/srv/shop/app.py <<'END'
import time
from urllib.parse import parse_qs


def app(environ, start_response):
    wait = parse_qs(environ["QUERY_STRING"]).get("s")
    if wait:
        time.sleep(int(wait[0]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"shop\n"]
END
: "${BIND:=127.0.0.1:8000}"
unit shop "/usr/bin/gunicorn --chdir /srv/shop --bind $BIND ${GUNICORN_ARGS:-} app:app" \
	User=www-data Group=www-data RuntimeDirectory=shop "$@"
proxied "http://$BIND"
listening "${BIND#unix:}"
