# squat PORT SERVICE: the service stops, and somebody else's takes its port and answers nothing.
. /lab/site.sh
squat() {
	systemctl stop "$2"
	unit squat "/usr/bin/socat TCP-LISTEN:$1,fork,reuseaddr SYSTEM:\"sleep 0\""
	for _ in $(seq 60); do ss -Hltn | grep -q ":$1 " && break || sleep 0.05; done
}
