package sysinfo

import "testing"

// The same unit as systemd 252 shows it while it is off: Type notify, User redis, Restart always, disabled.
const redisFile = `[Unit]
Description=Advanced key-value store
After=network.target

[Service]
Type=notify
ExecStart=-/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd --daemonize no
User=redis
Group=redis
ReadWritePaths=-/var/lib/redis
ReadWritePaths=-/var/log/redis
Restart=always

[Install]
WantedBy=multi-user.target
`

func TestUnitOff(t *testing.T) {
	u, ok := unitOff("/usr/lib/systemd/system/redis-server.service", redisFile)
	for _, tt := range []struct{ name, got, want string }{
		{"name", u.Name, "redis-server.service"},
		{"state", u.Load + " " + u.Active + " " + u.Sub + " " + u.Result + " " + u.Enabled, "loaded inactive dead success disabled"},
		{"command line without its prefix", u.Exec, "/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd --daemonize no"},
		{"user", u.User + ":" + u.Group, "redis:redis"},
		{"type and restart", u.Props["Type"] + " " + u.Restart, "notify always"},
		{"a list in two lines", u.Props["ReadWritePaths"], "-/var/lib/redis -/var/log/redis"},
	} {
		if tt.got != tt.want || !ok {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if _, ok := unitOff("/lib/systemd/system/a.service", "[Service]\nExecStart=/bin/a --name %n\n"); ok {
		t.Error("a specifier is systemd's to fill in")
	}
}
