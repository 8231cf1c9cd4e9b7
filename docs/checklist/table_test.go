package main

import (
	"os"
	"testing"
)

func TestChecklistIsUpToDate(t *testing.T) {
	want, err := checklist("../../lab/faults")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the program says; run: go run ./docs/checklist", file)
	}
}
