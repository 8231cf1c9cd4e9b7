# contained NAME COMMAND...: a container of Podman's with this machine's files and network, started now.
mkdir -p /ctr /etc/containers /var/lib/containers
printf '[engine]\nruntime = "crun"\ncgroup_manager = "cgroupfs"\n' >/etc/containers/containers.conf
printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n' >/etc/containers/storage.conf
# A machine of the lab may not make cgroups, and crun refuses the mixed layout it sees: it gets the new one alone.
cat >/usr/local/bin/podman <<'END'
#!/bin/sh
exec unshare -m sh -c 'umount -R /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 none /sys/fs/cgroup && exec /usr/bin/podman "$@"' podman "$@"
END
chmod 755 /usr/local/bin/podman
contained() {
	name=$1
	shift
	mountpoint -q /ctr || mount --bind / /ctr
	podman run -d --name "$name" --network host --cgroups=disabled --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --rootfs /ctr "$@"
}
