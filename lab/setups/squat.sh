# squat PORT SERVICE: the service stops, and somebody else's takes its port and answers nothing.
. /lab/site.sh
squat() {
	systemctl stop "$2"
	unit squat "/usr/bin/socat TCP-LISTEN:$1,fork,reuseaddr SYSTEM:\"sleep 0\""
	listening ":$1"
}
