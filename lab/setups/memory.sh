# limit UNIT SIZE: its processes may use that much memory together. Where systemd here can do it, it does; on a host
# with the old cgroups it is done by hand, and the kernel is the same.
limit() {
	systemctl set-property --runtime "$1" "MemoryMax=$2"
	[ ! -f /sys/fs/cgroup/cgroup.controllers ] || return 0
	mkdir -p /run/memory
	mount -t cgroup -o memory cgroup /run/memory
	mkdir "/run/memory/$1.service"
	echo "$2" >"/run/memory/$1.service/memory.limit_in_bytes"
	for pid in $(cat "/sys/fs/cgroup/systemd/system.slice/$1.service/cgroup.procs"); do
		echo "$pid" >"/run/memory/$1.service/cgroup.procs"
	done
}

# kernel_log: what the kernel said about this machine, where rsyslog would have put it.
kernel_log() {
	dmesg | grep -a 'Killed process' | tail -1 | sed "s/^\[ *[0-9.]*\] /$(date '+%FT%T.%6N%:z') lab kernel: /" >>/var/log/kern.log
}
