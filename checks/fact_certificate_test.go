package checks

import (
	"crypto/x509"
	"testing"
	"time"
)

func TestShortCertificatesAreDueLater(t *testing.T) {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for lasts, want := range map[time.Duration]time.Duration{12 * time.Hour: 2 * time.Hour, 6 * 24 * time.Hour: 24 * time.Hour, 90 * 24 * time.Hour: 14 * 24 * time.Hour, 365 * 24 * time.Hour: 14 * 24 * time.Hour} {
		if got := dueBefore(&x509.Certificate{NotBefore: from, NotAfter: from.Add(lasts)}); got != want {
			t.Errorf("of %s: got %s, want %s", lasts, got, want)
		}
	}
}
