package sysinfo

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func TestHexAddr(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"0100007F:1F90", "127.0.0.1:8080"},
		{"00000000:0050", "0.0.0.0:80"},
		{"0500000A:0BB8", "10.0.0.5:3000"},
		{"00000000000000000000000000000000:0050", "[::]:80"},
		{"00000000000000000000000001000000:0BB8", "[::1]:3000"},
		{"0000000000000000FFFF00000100007F:0BB8", "[::ffff:127.0.0.1]:3000"},
		{"B80D0120000000000000000001000000:01BB", "[2001:db8::1]:443"},
		{"", ""}, {"0100007F", ""}, {"0100007F:", ""}, {"0100007F:1F900", ""}, {"010000:1F90", ""}, {"0100007:1F90", ""}, {"zz00007F:1F90", ""}, {"0100007F0100007F:1F90", ""},
	} {
		got, ok := hexAddr(tt.in)
		if ok != (tt.want != "") || ok && got.String() != tt.want {
			t.Errorf("%q: got %s (%t), want %q", tt.in, got, ok, tt.want)
		}
	}
}

const procTCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1001        0 21418 1 0000000000000000 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17200 1 0000000000000000 100 0 0 10 0
   2: 0100007F:0BB8 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1001        0 99999 1 0000000000000000 20 4 30 10 -1
   3: garbage 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   4: short
`

func TestParseProcTCP(t *testing.T) {
	got := fmt.Sprint(parseProcTCP(procTCP))
	want := fmt.Sprint([]Socket{
		{Network: "tcp", Addr: netip.MustParseAddrPort("127.0.0.1:3000"), Stream: true, Inode: 21418, Queue: 3, Limit: -1, UID: 1001},
		{Network: "tcp", Addr: netip.MustParseAddrPort("0.0.0.0:80"), Stream: true, Inode: 17200, Limit: -1},
	})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

const procNetUnix = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/php/php8.2-fpm.sock
0000000000000000: 00000002 00000000 00010000 0001 01 18001 /run/php/php8.2-fpm.sock
0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/php/php8.2-fpm.sock
0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/php/php8.2-fpm.sock
0000000000000000: 00000003 00000000 00000000 0001 03 18040 /run/php/php8.2-fpm.sock
0000000000000000: 00000002 00000000 00010000 0005 01 18002 /run/seq.sock
0000000000000000: 00000002 00000000 00000000 0002 01 18003 /run/dgram.sock
0000000000000000: 00000002 00000000 00010000 0001 01 18004 @abstract
0000000000000000: 00000002 00000000 00000000 0002 01 18005
`

func TestProcUnix(t *testing.T) {
	m := NewMemoryTree(time.Unix(0, 0))
	m.Write("/proc/7/net/unix", []byte(procNetUnix))
	all, err := procUnix(m.Root(), "/proc/7/net")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(all)
	want := fmt.Sprint([]Socket{
		{Network: "unix", Path: "/run/php/php8.2-fpm.sock", Stream: true, Inode: 18001, Queue: 3, Limit: -1, UID: -1},
		{Network: "unix", Path: "/run/seq.sock", Inode: 18002, Limit: -1, UID: -1},
		{Network: "unix", Path: "/run/dgram.sock", Limit: -1, UID: -1},
		{Network: "unix", Path: "@abstract", Stream: true, Inode: 18004, Limit: -1, UID: -1},
	})
	if got != want || all[0].Queue != 3 || all[1].Stream {
		t.Errorf("got  %+v\nwant %s", all, want)
	}
}

func TestServes(t *testing.T) {
	for _, tt := range []struct {
		name, listener, to string
		v6only, want       bool
	}{
		{"the same address", "127.0.0.1:3000", "127.0.0.1:3000", false, true},
		{"another port", "127.0.0.1:3000", "127.0.0.1:3001", false, false},
		{"another loopback", "127.0.0.2:3000", "127.0.0.1:3000", false, false},
		{"all of IPv4", "0.0.0.0:3000", "127.0.0.1:3000", false, true},
		{"all of IPv4 is not IPv6", "0.0.0.0:3000", "[::1]:3000", false, false},
		{"all of IPv6 serves IPv4", "[::]:3000", "127.0.0.1:3000", false, true},
		{"unless it says it does not", "[::]:3000", "127.0.0.1:3000", true, false},
		{"IPv6 loopback is not IPv4's", "[::1]:3000", "127.0.0.1:3000", false, false},
		{"an IPv4 address in IPv6 clothes", "[::ffff:127.0.0.1]:3000", "127.0.0.1:3000", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Socket{Network: "tcp", Addr: netip.MustParseAddrPort(tt.listener), V6Only: tt.v6only}
			if got := s.Serves(netip.MustParseAddrPort(tt.to)); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
