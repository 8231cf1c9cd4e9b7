package sysinfo

import (
	"slices"
	"testing"
)

func TestDNSAnswer(t *testing.T) {
	q, err := dnsQuestion(7, "shop.example.com", kindA)
	if err != nil {
		t.Fatal(err)
	}
	b := slices.Clone(q)
	b[2], b[3], b[7] = 0x81, 0x80, 2
	b = append(b, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12) // CNAME
	b = append(b, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 104, 16, 1, 2)
	got, err := dnsAnswer(b, 7, kindA)
	if err != nil || len(got) != 1 || got[0].String() != "104.16.1.2" || CDN(got[0]) != "Cloudflare" {
		t.Errorf("got %v, %v, want 104.16.1.2 of Cloudflare", got, err)
	}
	six := append(slices.Clone(b[:len(b)-16]), 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16, 0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
	if got, err := dnsAnswer(six, 7, kindAAAA); err != nil || len(got) != 1 || got[0].String() != "2606:4700::1" {
		t.Errorf("got %v, %v, want 2606:4700::1", got, err)
	}
	if got, err := dnsAnswer(six, 7, kindA); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v, want no IPv4 address", got, err)
	}
	b[3] = 0x83
	if _, err := dnsAnswer(b, 7, kindA); err == nil {
		t.Error("got no error for a name that does not exist")
	}
}

func FuzzDNSAnswer(f *testing.F) {
	f.Add([]byte("\x00\x07\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := dnsAnswer(b, 7, kindA)
		if err != nil && len(got) > 0 {
			t.Error("got addresses and an error")
		}
	})
}
