# nginx in front, Apache on 127.0.0.1:8080 behind it, PHP-FPM behind that.
. /lab/apache_php.sh
sed -i 's/^Listen 80$/Listen 127.0.0.1:8080/' /etc/apache2/ports.conf
sed -i 's/\*:80>/127.0.0.1:8080>/' /etc/apache2/sites-available/shop.conf
systemctl restart apache2
cat >/etc/nginx/sites-available/shop <<'END'
server {
    listen 80;
    server_name shop.test;
    access_log /var/log/nginx/shop.access.log;
    error_log /var/log/nginx/shop.error.log;

    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_pass http://127.0.0.1:8080;
    }
}
END
ln -sf /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/
systemctl enable -q --now nginx
