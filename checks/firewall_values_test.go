package checks

import (
	"context"
	"testing"
	"time"

	"fix502/sysinfo"
)

// People give networks and ports names, in nftables' own files and in scripts; the kernel has the values alone.
func TestARuleIsFoundBehindItsNames(t *testing.T) {
	m := sysinfo.NewMemoryTree(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	m.Write("/etc/nftables.conf", []byte("define office = 10.44.0.0/24\ninclude \"/etc/nftables.d/*.nft\"\n"))
	m.Write("/etc/nftables.d/apps.nft", []byte("table inet apps {\n\tchain in {\n\t\ttcp dport 8400-8499 ip saddr != $office counter reject with icmpx type admin-prohibited\n\t}\n}\n"))
	m.Write("/etc/network/if-pre-up.d/wall", []byte("#!/bin/sh\nPORTS=3000:3999\nOFFICE='192.0.2.0/24'\niptables -A INPUT ! -s \"$OFFICE\" -p tcp --dport ${PORTS} -j DROP\n"))
	f := &sysinfo.Facts{Host: &sysinfo.Host{Root: m.Root()}}
	for text, want := range map[string]string{
		"tcp dport 8400-8499 ip saddr != 10.44.0.0/24 counter packets 7 bytes 420 reject with icmpx admin-prohibited": "/etc/nftables.d/apps.nft:3",
		"-A INPUT ! -s 192.0.2.0/24 -p tcp -m tcp --dport 3000:3999 -j DROP":                                          "/etc/network/if-pre-up.d/wall:4",
		"-A INPUT ! -s 198.51.100.0/24 -p tcp -m tcp --dport 3000:3999 -j DROP":                                       "",
	} {
		got := savedRule(context.Background(), f, text)
		if got.Known() != (want != "") || got.Known() && got.String() != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
