package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The file may have lines of a former fix; the way back takes away what was added, and no more.
func TestTheWayBackOfADropInKeepsWhatWasThere(t *testing.T) {
	for _, lines := range [][]string{{"ReadWritePaths=", "ReadWritePaths=/srv/a.b/*"}, {`Environment="GUNICORN_CMD_ARGS=--timeout 65"`}, {"AmbientCapabilities=CAP_NET_BIND_SERVICE"}} {
		file := filepath.Join(t.TempDir(), "zz-fix502.conf")
		const former = "[Service]\nUMask=0007\n"
		if err := os.WriteFile(file, []byte(former), 0o600); err != nil {
			t.Fatal(err)
		}
		x := dropIn(Fix{}, "shop.service", "Say so", "Service", lines...)
		undo, _, _ := strings.Cut(x.Undo, "; systemctl")
		for _, command := range []string{x.Steps[1].Command, undo} {
			command = strings.ReplaceAll(command, "/etc/systemd/system/shop.service.d/zz-fix502.conf", file)
			if out, err := exec.Command(tool(t, "bash"), "-ec", command).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, out)
			}
		}
		if b, err := os.ReadFile(file); err != nil || strings.TrimSuffix(string(b), "[Service]\n") != former {
			t.Errorf("got %q (%v), want %q and a head without lines", b, err, former)
		}
	}
}
