package sysinfo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// BodyLimit is how many bytes of an answer's body are kept: enough to tell whose error page it is.
const BodyLimit = 8 << 10

// Question is one GET, small, and sent once.
type Question struct {
	Network, Address string // where to connect: "tcp", "127.0.0.1:80", whatever the name resolves to
	TLS              bool
	Host             string // Host header, and the server name of TLS
	URI              string // path and query
	PID              int    // ask from inside this process's network; 0: from ours
	Wait             time.Duration
	Linger           time.Duration // how much longer it stays asked after Wait: who is slow by nature needs no second question
}

// Page is the address of what is asked for, as a person reads it: the host and Path.
func (q Question) Page() string { return q.Host + q.Path() }

// Path is the path and query as a person reads them: a sign-on's answer of some kilobytes is cut where its beginning has named it.
func (q Question) Path() string {
	const readable = 100 // bytes
	if len(q.URI) <= readable {
		return q.URI
	}
	return q.URI[:readable] + "…"
}

// Answer is what came back. Err is set when nothing did; then Status is 0.
type Answer struct {
	Question Question
	Status   int
	Header   http.Header
	HTTP2    bool   // without TLS, and in nothing else
	Body     []byte // at most 8 KiB
	Took     time.Duration
	At       time.Time
	Err      error
	Certs    []*x509.Certificate // as presented; not verified, we only look
	Reached  bool                // a connection came about, whatever came of it
	Late     *Late               // of a question that lingers: what comes of it yet: of no answer, or of one that has only begun
	Lengths  []string            // its lines Content-Length and Transfer-Encoding, as they came; none with TLS
	Cut      string              // what came of a page that broke off before its end: "560 of 5600 bytes"; empty of a whole one
	Quiet    time.Duration       // how long nothing more of it had come by then
}

// Failed says that a gateway or an app failed at the page: 500, 502 to 504, or a page that breaks off.
func (a Answer) Failed() bool {
	return a.Status == http.StatusInternalServerError || a.Status >= 502 && a.Status <= 504 || a.Cut != ""
}

// Word is its status, and that it breaks off where it does: "200, breaks off".
func (a Answer) Word() string {
	if a.Cut != "" {
		return fmt.Sprintf("%d, breaks off", a.Status)
	}
	return strconv.Itoa(a.Status)
}

// TimedOut says that the gateway was still silent when we stopped waiting.
func (a Answer) TimedOut() bool {
	var ne net.Error
	return a.Err != nil && (errors.Is(a.Err, context.DeadlineExceeded) || errors.As(a.Err, &ne) && ne.Timeout())
}

// Refused says that nobody listens there, or that a filter says so.
func (a Answer) Refused() bool { return errors.Is(a.Err, syscall.ECONNREFUSED) }

// asker sends questions through dial.
type asker struct {
	dial func(ctx context.Context, pid int, network, addr string) (net.Conn, error)
	now  func() time.Time
}

func (a asker) ask(ctx context.Context, q Question) (Answer, error) {
	if q.Wait == 0 {
		q.Wait = 2500 * time.Millisecond
	}
	var reached atomic.Bool
	short, cancel := context.WithTimeout(ctx, q.Wait)
	defer cancel()
	if q.Linger == 0 {
		return a.askOnce(short, q, &reached, nil), nil
	}
	at := a.now()
	begun := make(chan Answer, 1)
	late := LateAnswer(func() Answer {
		long, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.Wait+q.Linger)
		defer cancel()
		return a.askOnce(long, q, &reached, begun)
	})
	if ans, ok := late.orBegun(short, begun); ok {
		return ans, nil
	}
	return Answer{Question: q, At: at, Took: a.now().Sub(at), Reached: reached.Load(), Err: context.DeadlineExceeded, Late: late}, nil
}

// askOnce puts a question. Whoever has begun to answer with more than is kept is told so by begun, where there is one, and read on for as long as ctx lasts.
func (a asker) askOnce(ctx context.Context, q Question, reached *atomic.Bool, begun chan<- Answer) Answer {
	ans := Answer{Question: q, At: a.now()}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached.Store(true) }})
	var conn *headConn
	if !q.TLS {
		conn = new(headConn)
	}
	res, err := a.send(ctx, q, conn, false)
	if err != nil && !q.TLS && strings.Contains(err.Error(), `malformed HTTP response "\x00`) {
		res, err = a.send(ctx, q, nil, true) // a listener for gRPC: it takes HTTP/2 only, and answered with a frame of it
	}
	ans.Took, ans.Reached, ans.Lengths = a.now().Sub(ans.At), reached.Load(), conn.lengths()
	if err != nil {
		ans.Err = err
		return ans
	}
	defer res.Body.Close()
	heard := &heardBody{ReadCloser: res.Body, now: a.now, last: a.now()}
	res.Body = heard
	ans.Status, ans.Header, ans.HTTP2 = res.StatusCode, res.Header, res.ProtoMajor == 2 && !q.TLS
	ans.Body, ans.Err = io.ReadAll(io.LimitReader(res.Body, BodyLimit))
	ans.Took = a.now().Sub(ans.At)
	if res.TLS != nil {
		ans.Certs = res.TLS.PeerCertificates
	}
	wait := restWait
	if begun != nil && ans.Err == nil && len(ans.Body) == BodyLimit {
		begun <- ans
		wait = q.Wait + q.Linger
	}
	if ans.breaksOff(res, wait); ans.Cut != "" {
		ans.Quiet = a.now().Sub(heard.last)
	}
	return ans
}

// send asks on a connection of its own, which ends with the answer's body; head, where there is one, keeps what came over it.
func (a asker) send(ctx context.Context, q Question, head *headConn, http2 bool) (*http.Response, error) {
	tr := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := a.dial(ctx, q.PID, q.Network, q.Address)
			if err != nil || head == nil {
				return conn, err
			}
			head.Conn = conn
			return head, nil
		},
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, ServerName: serverName(q.Host)}, // we look, we do not trust
		DisableKeepAlives: true,
	}
	if http2 {
		tr.Protocols = new(http.Protocols)
		tr.Protocols.SetUnencryptedHTTP2(true)
	}
	defer tr.CloseIdleConnections()
	req, err := q.request(ctx)
	if err != nil {
		return nil, err
	}
	return tr.RoundTrip(req)
}

func (q Question) request(ctx context.Context) (*http.Request, error) {
	scheme := "http"
	if q.TLS {
		scheme = "https"
	}
	uri := q.URI
	if uri == "" {
		uri = "/"
	}
	u, err := url.Parse(scheme + "://" + q.Host + uri)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", ourselves)
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	return req, nil
}

func serverName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if net.ParseIP(host) != nil {
		return ""
	}
	return host
}
