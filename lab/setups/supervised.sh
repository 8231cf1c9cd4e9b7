# A Python app under gunicorn, kept alive by supervisord.
. /lab/proxied.sh
mkdir -p /srv/shop
cat >/srv/shop/shop.py <<'END'
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"shop\n"]
END
cat >/etc/supervisor/conf.d/shop.conf <<'END'
[program:shop]
command=/usr/bin/gunicorn -b 127.0.0.1:8000 shop:app
directory=/srv/shop
user=www-data
startretries=2
stderr_logfile=/var/log/supervisor/shop.log
END
systemctl enable -q --now supervisor
proxied http://127.0.0.1:8000
listening 127.0.0.1:8000
