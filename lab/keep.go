package lab

import (
	"context"
	"fmt"
	"strings"
)

// usual are the folders where everybody configures, and /var/log, whose files are empty when they are kept.
const usual = "/etc /srv /opt /root /var/www /var/log /usr/local "

// keep remembers a healthy server inside itself: its files, and which services run. Logs start empty.
const keep = `
systemctl stop $units
find /var/log -type f -not -path '/var/log/journal/*' -exec truncate -s 0 {} +
for dir in $dirs; do
	mkdir -p "$dir" "/var/kept$dir"
	rsync -a --exclude=/journal "$dir/" "/var/kept$dir/"
done
systemctl start $units
systemctl list-units --plain --no-legend --type=service --state=active,activating,reloading | cut -d' ' -f1 | sort >/var/kept/running
`

// restore makes it that server again. What runs and did not is stopped first: it may write into the folders.
const restore = `
running() { systemctl list-units --plain --no-legend --type=service --state=active,activating,reloading | cut -d' ' -f1 | sort; }
strangers=$(running | comm -13 /var/kept/running - )
systemctl stop $units $strangers 2>/dev/null || true
for dir in $dirs; do
	mkdir -p "$dir"
	rsync -a --delete --exclude=/journal "/var/kept$dir/" "$dir/"
done
journalctl -q --rotate && journalctl -q --vacuum-time=1s
systemctl daemon-reload
systemctl reset-failed
systemd-tmpfiles --create --prefix=/run 2>/dev/null || true
systemctl start $units $(running | comm -23 /var/kept/running -)
`

// Keep remembers the machine as it is now, for Restore.
func (g Gateway) Keep(ctx context.Context, m *Machine) error {
	return g.run(ctx, m, "keep", keep)
}

// Restore makes the machine as it was when Keep was called. What lives in memory alone, processes that no service
// started and mounts, it does not undo: a way that needs such a thing makes a service of it.
func (g Gateway) Restore(ctx context.Context, m *Machine) error {
	return g.run(ctx, m, "restore", restore)
}

func (g Gateway) run(ctx context.Context, m *Machine, what, script string) error {
	names := fmt.Sprintf("dirs='%s%s'\nunits='%s'\n", usual, strings.Join(g.Keeps, " "), strings.Join(g.Units, " "))
	if said, code := m.Run(ctx, names+script); code != 0 {
		return fmt.Errorf("%s: exit %d\n%s", what, code, said)
	}
	return nil
}
