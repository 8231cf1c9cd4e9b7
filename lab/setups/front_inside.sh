# nginx in a container of its own address, 10.88.0.30 (lists.example), before an app on the machine: a service called lists, at port 8085.
. /lab/site.sh
echo '10.88.0.30 lists.example' >>/etc/hosts
mkdir -p /srv/lists /srv/front && echo lists >/srv/lists/index.html
unit lists '/usr/bin/python3 -m http.server 8085 --bind 0.0.0.0 --directory /srv/lists' User=www-data
cat >/srv/front/nginx.conf <<'EOF'
user www-data;
worker_processes 1;
pid /run/front.pid;
error_log /var/log/nginx/front.error.log;
events { worker_connections 256; }
http {
    access_log /var/log/nginx/front.access.log;
    server {
        listen 80;
        server_name lists.example;
        location / {
            proxy_set_header Host $host;
            proxy_connect_timeout 5s;
            proxy_pass http://10.88.0.1:8085;
        }
    }
}
EOF
. /lab/container.sh
started front --ip 10.88.0.30 --expose 80 -- /usr/sbin/nginx -c /srv/front/nginx.conf -g 'daemon off;'
answers http://lists.example/
