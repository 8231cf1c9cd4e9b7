package lab

import "testing"

func TestEveryFaultReads(t *testing.T) {
	list, err := Faults()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if !f.Healthy() && f.Break == "" {
			t.Errorf("%s breaks nothing", f.Name)
		}
	}
}
