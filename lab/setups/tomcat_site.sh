# The words of the shop's scripts, for Tomcat behind Apache.
. /lab/apache_site.sh
. /lab/java.sh
connectors=/etc/tomcat10/server.xml

# connector SED-EXPRESSION: changes server.xml and starts Tomcat with it.
connector() {
	sed -i "$1" $connectors
	systemctl restart tomcat10
	listening ':8080'
}
