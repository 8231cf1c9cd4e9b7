# proxied TARGET: the shop is whatever listens there.
. /lab/nginx.sh
proxied() {
	site shop <<END
location / {
    proxy_set_header Host \$host;
    proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
    proxy_pass $1;
}
END
	reload
}
