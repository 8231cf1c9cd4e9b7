// Shell boots one of the lab's broken servers and gives a shell on it:
//
//	go run ./lab/shell socket-path-mismatch            a shell; the machine is gone when it ends
//	go run ./lab/shell socket-path-mismatch fix502     one command instead
//	go run ./lab/shell -healthy socket-path-mismatch   before it is broken
//	go run ./lab/shell                                 the list of faults
//
// fix502 itself is built from this work tree and lies in /usr/local/bin there.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"fix502/lab"
)

func main() {
	healthy := flag.Bool("healthy", false, "stop before breaking it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	code, err := shell(ctx, *healthy, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func shell(ctx context.Context, healthy bool, args []string) (code int, err error) {
	if len(args) == 0 {
		return 0, list()
	}
	fault, err := lab.Find(args[0])
	if err != nil {
		return 2, err
	}
	lab.Sweep()
	m, err := lab.Boot(ctx, fault.Name, fault.Tree)
	if err != nil {
		return 1, err
	}
	defer m.Stop()
	if healthy {
		fault.Break = ""
	}
	for _, script := range []string{fault.Setup, fault.Break} {
		if said, code := m.Run(ctx, script); code != 0 {
			return code, fmt.Errorf("%s", said)
		}
	}
	if fault.Reboot && !healthy {
		if err := m.Reboot(ctx); err != nil {
			return 1, err
		}
	}
	if said, code := m.Run(ctx, fault.Ask(fault.Broken)); code != 0 && !healthy && !fault.Healthy() {
		fmt.Fprint(os.Stderr, said)
	}
	if err := bring(ctx, m); err != nil {
		fmt.Fprintln(os.Stderr, "without fix502:", err)
	}
	command := args[1:]
	if len(command) == 0 {
		fmt.Fprintf(os.Stderr, "%s\n%s Ask %s\n", fault.Name, fault.About, fault.URL)
		command = []string{"bash"}
	}
	if in, err := os.Stdin.Stat(); err == nil && in.Mode()&os.ModeCharDevice != 0 {
		command = terminal(command)
	}
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // ctrl+c is for the program inside; ignored, it would be ignored there too
	cmd := m.Command(ctx, command...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Run()
	return cmd.ProcessState.ExitCode(), nil
}

// terminal runs a command on a terminal of the machine's own: ours does not exist in there.
func terminal(command []string) []string {
	line := "cd; exec"
	for _, word := range command {
		line += " '" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return []string{"script", "-qec", line, "/dev/null"}
}

func bring(ctx context.Context, m *lab.Machine) error {
	dir, err := os.MkdirTemp("", "fix502-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "fix502")
	if err := lab.BuildTool(ctx, binary); err != nil {
		return err
	}
	return m.CopyIn(ctx, binary, "/usr/local/bin/fix502", 0o755)
}

func list() error {
	faults, err := lab.Faults()
	for _, f := range faults {
		fmt.Printf("%-34s %s\n", f.Name, f.About)
	}
	return err
}
