# contained NAME COMMAND...: a container of Podman's with this machine's files and network, started now.
. /lab/wait.sh
mkdir -p /ctr /etc/containers /var/lib/containers
printf '[engine]\nruntime = "crun"\ncgroup_manager = "cgroupfs"\nstop_timeout = 1\n' >/etc/containers/containers.conf
printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n' >/etc/containers/storage.conf
# A machine of the lab may not make cgroups, and crun refuses the mixed layout it sees: it gets the new one alone, in a set of mounts
# that all of Podman's commands share, so that the networks that one of them makes are there for the next.
cat >/usr/local/bin/podman <<'END'
#!/bin/sh
holder=$(cat /run/podman-mounts 2>/dev/null)
if [ ! -d "/proc/$holder/ns" ]; then
	setsid unshare -m sh -c 'umount -R /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 none /sys/fs/cgroup; echo $$ >/run/podman-mounts; exec sleep infinity' >/dev/null 2>&1 </dev/null &
	while ! [ -d "/proc/$(cat /run/podman-mounts 2>/dev/null)/ns" ]; do sleep 0.05; done
	holder=$(cat /run/podman-mounts)
fi
exec nsenter --mount --target "$holder" /usr/bin/podman "$@"
END
chmod 755 /usr/local/bin/podman
contained() { name=$1 && shift && started "$name" --network host -- "$@"; }
# started NAME [FLAGS] -- COMMAND...: the same with podman run's own flags; without --network it has an address on Podman's bridge.
started() {
	name=$1 flags=()
	shift
	while [ "$1" != -- ]; do flags+=("$1") && shift; done
	shift
	[ -n "$rootfs" ] || mountpoint -q /ctr || mount --bind / /ctr
	podman run -d --name "$name" "${flags[@]}" --cgroups=disabled --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --rootfs "${rootfs:-/ctr}" "$@"
}
