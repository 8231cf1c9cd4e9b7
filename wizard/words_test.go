package wizard

import (
	"testing"

	"fix502/checks"
)

func TestOnlyARestartLosesRequests(t *testing.T) {
	for command, want := range map[string]string{
		"systemctl restart php8.2-fpm":        "medium risk: requests in flight are lost",
		"nft insert rule inet f i iif lo":     "medium risk: read each step before you paste it",
		"systemctl reload apache2 && sleep 1": "medium risk: read each step before you paste it",
	} {
		f := Fix{Risk: checks.Medium, Steps: []Step{{Command: command}}}
		if got := f.RiskSays(); got != want {
			t.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
}
