package lab

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// TestMain runs three machines a processor, where -parallel says nothing else: a machine mostly waits, for a timeout to pass or
// a service to start.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
