// Checklist writes docs/checklist.md from the program's own steps and checks, and from the lab's faults:
//
//	go run ./docs/checklist
package main

import (
	"fmt"
	"os"
)

const file = "docs/checklist.md"

func main() {
	text, err := checklist("lab/faults")
	if err == nil {
		err = os.WriteFile(file, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
