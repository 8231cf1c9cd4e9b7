package sysinfo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// The kinds of address that a name server is asked for (RFC 1035, 3596).
const (
	kindA    = 1
	kindAAAA = 28
)

// AskResolver asks one name server for a name's IPv4 addresses: one question over UDP (RFC 1035), one answer.
func (f *Facts) AskResolver(ctx context.Context, server netip.AddrPort, name string) ([]netip.Addr, error) {
	return f.askResolver(ctx, server, name, kindA)
}

// AskResolver6 asks one name server for a name's IPv6 addresses.
func (f *Facts) AskResolver6(ctx context.Context, server netip.AddrPort, name string) ([]netip.Addr, error) {
	return f.askResolver(ctx, server, name, kindAAAA)
}

func (f *Facts) askResolver(ctx context.Context, server netip.AddrPort, name string, kind int) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, publicWait)
	defer cancel()
	c, err := f.Host.Dial(ctx, 0, "udp", server.String())
	if err != nil {
		return nil, err
	}
	defer c.Close()
	end, _ := ctx.Deadline() // ours, or an earlier one
	_ = c.SetDeadline(end)
	id := uint16(time.Now().UnixNano())
	q, err := dnsQuestion(id, name, kind)
	if err != nil {
		return nil, err
	}
	if _, err := c.Write(q); err != nil {
		return nil, err
	}
	buf := make([]byte, 1500)
	n, err := c.Read(buf)
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return nil, fmt.Errorf("no answer within %s", publicWait)
	}
	if err != nil {
		return nil, err
	}
	return dnsAnswer(buf[:n], id, kind)
}

func dnsQuestion(id uint16, name string, kind int) ([]byte, error) {
	b := binary.BigEndian.AppendUint16(nil, id)
	b = append(b, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) // recursion desired, one question
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 {
			return nil, fmt.Errorf("%s is no host name", name)
		}
		b = append(append(b, byte(len(label))), label...)
	}
	return append(b, 0, 0, byte(kind), 0, 1), nil // of the Internet
}

// DNSCode is how a name server says that it has no answer (RFC 1035, 4.1.1).
type DNSCode int

// NoSuchName: it does not have the name.
const NoSuchName DNSCode = 3

func (c DNSCode) Error() string {
	if w := map[DNSCode]string{2: "the server failed", NoSuchName: "no such name", 5: "refused"}[c]; w != "" {
		return w
	}
	return fmt.Sprintf("answer code %d", int(c))
}

var errShort = errors.New("an answer that was cut off")

// dnsAnswer reads the addresses of one kind in an answer.
func dnsAnswer(b []byte, id uint16, want int) ([]netip.Addr, error) {
	if len(b) < 12 || binary.BigEndian.Uint16(b) != id {
		return nil, errShort
	}
	if code := b[3] & 15; code != 0 {
		return nil, DNSCode(code)
	}
	at := 12
	for range binary.BigEndian.Uint16(b[4:]) {
		if at = dnsSkip(b, at); at < 0 {
			return nil, errShort
		}
		at += 4
	}
	var out []netip.Addr
	for range binary.BigEndian.Uint16(b[6:]) {
		if at = dnsSkip(b, at); at < 0 || at+10 > len(b) {
			return nil, errShort
		}
		kind, size := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+8:]))
		at += 10
		if at+size > len(b) {
			return nil, errShort
		}
		if a, ok := netip.AddrFromSlice(b[at : at+size]); ok && int(kind) == want && (size == 4) == (want == kindA) {
			out = append(out, a)
		}
		at += size
	}
	return out, nil
}

// dnsSkip gives where a name ends; -1 when it runs over the end.
func dnsSkip(b []byte, at int) int {
	for at < len(b) {
		switch n := int(b[at]); {
		case n == 0:
			return at + 1
		case n >= 0xc0:
			return at + 2
		default:
			at += n + 1
		}
	}
	return -1
}
