# An app on 127.0.0.1:5050 whose /export.csv thinks for five seconds in the middle of its answer.
. /lab/site.sh
mkdir -p /srv/export
cat >/srv/export/export.py <<'END'
import time


def rows():
    yield b"id;tree;year\n" * 400
    time.sleep(5)
    yield b"1;pear;1911\n" * 400


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/csv"), ("Cache-Control", "no-store")])
    return rows() if environ["PATH_INFO"] == "/export.csv" else [b"orchard\n"]
END
unit export '/usr/bin/gunicorn --chdir /srv/export -b 127.0.0.1:5050 -w 3 export' User=www-data
listening 127.0.0.1:5050

# exported: a visitor gets the whole of it.
exported() { curl -sf -o /dev/null -m 30 http://shop.test/export.csv; }

# cut_short: two visitors do not.
cut_short() { for _ in 1 2; do curl -s -o /dev/null -m 20 http://shop.test/export.csv || true; done; }
