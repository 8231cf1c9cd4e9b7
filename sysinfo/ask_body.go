package sysinfo

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"time"
)

// A page whose beginning is there is read on for so long before that is the answer, and so far, to see whether it ends as it should.
const (
	restWait  = 500 * time.Millisecond
	restLimit = 1 << 20
)

// heardBody is a page's body that knows when something of it came last.
type heardBody struct {
	io.ReadCloser
	now  func() time.Time
	last time.Time
}

func (b *heardBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.last = b.now()
	}
	return n, err
}

// breaksOff notes that a page's connection ended before the page did. Only of one that tells its length, or comes in chunks, is that known: any other
// ends with its connection (RFC 9112, 6.3). What is longer than what is kept is read on for so long.
func (a *Answer) breaksOff(res *http.Response, wait time.Duration) {
	if res.ContentLength < 0 && len(res.TransferEncoding) == 0 && len(a.Lengths) == 0 {
		return
	}
	came, err := int64(len(a.Body)), a.Err
	if err == nil && came == BodyLimit {
		stop := time.AfterFunc(wait, func() { res.Body.Close() })
		defer stop.Stop()
		var n int64
		n, err = io.Copy(io.Discard, io.LimitReader(res.Body, restLimit))
		came += n
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET) {
		return
	}
	a.Err, a.Cut = nil, fmt.Sprintf("%d bytes and no end", came)
	if res.ContentLength > 0 {
		a.Cut = fmt.Sprintf("%d of %d bytes", came, res.ContentLength)
	}
}
