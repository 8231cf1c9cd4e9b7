# contained NAME COMMAND...: a container of Podman's that shares this machine's files (read) and network, started now.
contained() {
	name=$1
	shift
	mkdir -p /ctr /etc/containers
	mountpoint -q /ctr || mount --bind / /ctr
	podman --runtime runc --cgroup-manager cgroupfs run -d --name "$name" --network host --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
		--security-opt seccomp=unconfined "${CONTAINER_ARGS[@]}" --rootfs /ctr:O "$@"
}
printf '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n' >/etc/containers/containers.conf 2>/dev/null || { mkdir -p /etc/containers; printf '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n' >/etc/containers/containers.conf; }
