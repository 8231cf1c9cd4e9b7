// Base prepares the trees that the lab's machines boot from, all at once, so that no test has to wait for it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"

	"fix502/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	faults, err := lab.Faults()
	if err == nil {
		err = build(ctx, faults)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// build makes each tree that a fault starts from; most of the time goes by in unpacking, which one processor does for one tree.
func build(ctx context.Context, faults []lab.Fault) error {
	trees := map[string]bool{}
	for _, f := range faults {
		trees[f.Tree] = true
	}
	var wait sync.WaitGroup
	failed := make(chan error, len(trees))
	for tree := range trees {
		wait.Go(func() {
			dir, err := lab.Base(ctx, tree)
			failed <- err
			fmt.Println(dir)
		})
	}
	wait.Wait()
	close(failed)
	var all error
	for err := range failed {
		all = errors.Join(all, err)
	}
	return all
}
