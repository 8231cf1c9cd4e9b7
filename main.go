// Command fix502 finds out why a server answers 502 Bad Gateway, and shows the fix beside what it found.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	_ "fix502/ui/darkfirst" // before Bubble Tea asks the terminal
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version = "dev"

// memory is what the collector keeps the heap under, in bytes: a dying server has little to spare.
const memory = 48 << 20

func main() { os.Exit(run()) }

// run is main without the exit, for tests.
func run() int {
	debug.SetMemoryLimit(memory)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	err := a.command().ExecuteContext(ctx)
	var status exitStatus
	switch {
	case errors.As(err, &status):
		return int(status)
	case err != nil:
		fmt.Fprintln(os.Stderr, "fix502:", err)
		return 2
	}
	return 0
}

// exitStatus ends the program without a word: the report has said it.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
