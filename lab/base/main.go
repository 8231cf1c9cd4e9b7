// Base prepares the trees that the lab's machines boot from, so that no test has to wait for it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"fix502/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	faults, err := lab.Faults()
	built := map[string]bool{}
	for _, f := range faults {
		if err == nil && !built[f.Tree] {
			built[f.Tree] = true
			var dir string
			dir, err = lab.Base(ctx, f.Tree)
			fmt.Println(dir)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
