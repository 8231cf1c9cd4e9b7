// Base prepares the tree that the lab's machines boot from, so that no test has to wait for it.
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
	dir, err := lab.Base(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(dir)
}
