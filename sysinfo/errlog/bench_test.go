package errlog

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// madeUp is an nginx error log of about a size: thirteen signatures in three of ten lines, chatter in the others.
func madeUp(size int) []byte {
	messages := []string{
		`connect() failed (111: Connection refused) while connecting to upstream`,
		`connect() to unix:/run/php/php8.2-fpm.sock failed (2: No such file or directory) while connecting to upstream`,
		`connect() to unix:/run/php/php8.2-fpm.sock failed (13: Permission denied) while connecting to upstream`,
		`upstream timed out (110: Connection timed out) while reading response header from upstream`,
		`upstream prematurely closed connection while reading response header from upstream`,
		`recv() failed (104: Connection reset by peer) while reading response header from upstream`,
		`upstream sent too big header while reading response header from upstream`,
		`no live upstreams while connecting to upstream`,
		`SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream`,
		`upstream sent invalid header: "\x20..." while reading response header from upstream`,
		`connect() to 127.0.0.1:9124 failed (99: Cannot assign requested address) while connecting to upstream`,
		`768 worker_connections are not enough while connecting to upstream`,
		`app.internal could not be resolved (3: Host not found)`,
	}
	quiet := []string{
		`open() "/var/www/html/wp-content/%d.png" failed (2: No such file or directory)`,
		`access forbidden by rule`,
		`FastCGI sent in stderr: "PHP message: PHP Warning:  Undefined variable $x%d in /var/www/html/index.php on line 3"`,
		`client intended to send too large body: 9437184 bytes`,
	}
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for n := 0; b.Len() < size; n++ {
		at = at.Add(time.Duration(r.IntN(40)) * time.Millisecond)
		message := messages[r.IntN(len(messages))]
		upstream := fmt.Sprintf(`, upstream: "http://10.0.0.%d:8080/page/%d"`, r.IntN(8), n)
		if r.IntN(10) >= 3 {
			message, upstream = quiet[r.IntN(len(quiet))], ""
			if strings.Contains(message, "%d") {
				message = fmt.Sprintf(message, n)
			}
		}
		fmt.Fprintf(&b, "%s [error] %d#%d: *%d %s, client: 203.0.113.%d, server: site%d.example.com, request: \"GET /page/%d?q=%d HTTP/1.1\"%s, host: \"site%[7]d.example.com\", referrer: \"https://site%[7]d.example.com/\"\n",
			at.Format("2006/01/02 15:04:05"), 1000+r.IntN(4), 1000, n, message, r.IntN(250), r.IntN(20), n, r.IntN(1000), upstream)
	}
	return b.Bytes()
}

func BenchmarkScan(b *testing.B) {
	log := madeUp(64 << 20)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := Scan(context.Background(), bytes.NewReader(log), int64(len(log)), time.Time{}, time.UTC); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	line := string(madeUp(200))
	p := NewParser(time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		p.Parse(line)
	}
}

func BenchmarkUnknown(b *testing.B) {
	line := "lorem ipsum dolor sit amet, consetetur sadipscing elitr, sed diam nonumy eirmod tempor invidunt ut labore et dolore magna"
	p := NewParser(time.UTC)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		p.Parse(line)
	}
}

func BenchmarkAccess(b *testing.B) {
	line := `203.0.113.9 - - [22/Nov/2026:12:20:43 +0000] "GET /page?q=1 HTTP/1.1" 200 15734 "https://www.example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`
	p := NewParser(time.UTC)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		p.Parse(line)
	}
}
