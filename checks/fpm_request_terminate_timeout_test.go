package checks

import (
	"strings"
	"testing"

	"fix502/sysinfo/hosttest"
)

// The other pools with the same limit are named: the commands raise that of the asked site alone.
func TestPoolsWithTheSameLimit(t *testing.T) {
	var told string
	for _, s := range causesOf(t, hosttest.Load(t, "testdata/fpm_request_terminate_timeout.pools.txtar"))[0].Finding.Fix.Steps {
		told += s.Say + "\n"
	}
	if !strings.Contains(told, ": blog (/etc/php/8.2/fpm/pool.d/blog.conf:6)\n") || strings.Contains(told, "wiki") {
		t.Errorf("got %s", told)
	}
}
