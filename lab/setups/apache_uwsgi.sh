# Apache before a uWSGI app on 127.0.0.1:9090.
. /lab/apache.sh
. /lab/uwsgi_app.sh
. /lab/apache_site.sh
a2enmod -q proxy_uwsgi >/dev/null
site shop <<'END'
ProxyPass / uwsgi://127.0.0.1:9090/
END
reload
