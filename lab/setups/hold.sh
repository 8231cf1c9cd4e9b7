. /lab/wait.sh

# hold COUNT HOST PORT: that many requests that never end, for fifty seconds.
hold() {
	python3 - "$@" >/run/held 2>&1 <<'END' &
import socket
import sys
import time

count, host, port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
held = [socket.create_connection((host, port), 2) for _ in range(count)]
for one in held:
    one.send(b"GET / HTTP/1.1\r\n")
print("held", flush=True)
time.sleep(50)
END
	patiently grep -qs held /run/held || { cat /run/held && return 1; }
}

# hold_until_500 HOST PORT: one connection more, until a visitor gets a 500.
hold_until_500() {
	for _ in $(seq 30); do
		hold 1 "$@"
		rm /run/held
		[ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' http://shop.test/)" != 500 ] || return 0
	done
	echo 'nginx never had enough' && return 1
}
