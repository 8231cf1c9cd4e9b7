# Apache in front of Tomcat, over AJP on 127.0.0.1:8009, with a secret that both know.
. /lab/apache.sh
. /lab/tomcat_site.sh
a2enmod -q proxy_ajp >/dev/null
sed -i '/<!--$/{N;/protocol="AJP/s/<!--\n//}' $connectors # Debian ships it within a comment
echo shop >/var/lib/tomcat10/webapps/ROOT/index.html
systemctl enable -q tomcat10
connector '/protocol="AJP/,/-->/{s/address="::1"/address="127.0.0.1" secret="Gr4yHeron71"/;/-->/d}'
site shop <<'END'
ProxyPass / ajp://127.0.0.1:8009/ secret=Gr4yHeron71
END
systemctl restart apache2
listening ':8009' || listening '[::ffff:127.0.0.1]:8009'
