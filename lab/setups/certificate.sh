# A certificate for shop.internal in /srv/shop, and the authority that signed it in /etc/ssl/shop-ca.pem (kept when
# there is one already).
mkdir -p /srv/shop
cd /srv/shop
openssl req -x509 -newkey ${newkey:-ec -pkeyopt ec_paramgen_curve:P-256} -nodes -days 30 -subj /CN=shop.internal -addext subjectAltName=DNS:shop.internal \
	-keyout key.pem -out cert.pem 2>/dev/null
chown www-data key.pem
[ -f /etc/ssl/shop-ca.pem ] || cp cert.pem /etc/ssl/shop-ca.pem
cd /
