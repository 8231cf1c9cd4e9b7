package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Command is a program inside the machine, as root, with the environment of a plain login.
func (m *Machine) Command(ctx context.Context, args ...string) *exec.Cmd {
	enter := []string{"-t", strconv.Itoa(m.leader), "-a", "env", "-i", "HOME=/root", "USER=root", "LANG=C.UTF-8",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=" + os.Getenv("TERM")}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
	cmd.WaitDelay = time.Second // what a script leaves running holds its output open
	return cmd
}

// Run is a script inside the machine, stopped at its first failure. It answers with all that was said, and -1
// when the script could not run to its end.
func (m *Machine) Run(ctx context.Context, script string) (said string, code int) {
	cmd := m.Command(ctx, "bash", "-e")
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return string(out), 0
	case ctx.Err() != nil:
		return string(out) + "\n" + ctx.Err().Error(), -1
	case errors.As(err, &exit):
		return string(out), exit.ExitCode()
	}
	return string(out) + err.Error(), -1
}

// CopyIn puts a file of this machine into that one.
func (m *Machine) CopyIn(ctx context.Context, src, dst string, mode os.FileMode) error {
	f, err := os.Open(src)
	if err != nil {
		return err
	}
	defer f.Close()
	return m.write(ctx, f, dst, mode)
}

func (m *Machine) write(ctx context.Context, r io.Reader, dst string, mode os.FileMode) error {
	cmd := m.Command(ctx, "sh", "-c", `mkdir -p "$(dirname "$0")" && cat >"$0" && chmod "$1" "$0"`, dst, fmt.Sprintf("%o", mode))
	cmd.Stdin = r
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("write %s: %w: %s", dst, err, out)
	}
	return nil
}
