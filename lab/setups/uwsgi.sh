# nginx before a uWSGI app on 127.0.0.1:9090.
. /lab/nginx.sh
. /lab/uwsgi_app.sh
site shop <<'END'
location / {
    include uwsgi_params;
    uwsgi_pass 127.0.0.1:9090;
}
END
reload
