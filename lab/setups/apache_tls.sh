# Apache before a node app that speaks HTTPS on shop.internal:8443; it knows who signed the app's certificate.
. /lab/apache.sh
. /lab/https_app.sh
. /lab/apache_site.sh
a2enmod -q ssl >/dev/null
site shop <<'END'
SSLProxyEngine On
SSLProxyVerify require
SSLProxyCACertificateFile /etc/ssl/shop-ca.pem
ProxyPass / https://shop.internal:8443/
ProxyPassReverse / https://shop.internal:8443/
END
reload
