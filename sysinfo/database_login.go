package sysinfo

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"
)

// Trouble is what keeps an app from its database or cache.
type Trouble string

const (
	StoreRefused     Trouble = "refused"      // nobody listens there
	StoreNoSocket    Trouble = "no-socket"    // the socket's file is not there
	StoreUnknownName Trouble = "unknown-name" // the host's name has no address
	StoreSilent      Trouble = "silent"       // it was let in, or not, and heard nothing
	StoreDenied      Trouble = "denied"       // user or password
	StoreNoRight     Trouble = "no-right"     // the app's user may not use the socket
	StoreNoDatabase  Trouble = "no-database"  // no such database, or not for this user
	StoreFull        Trouble = "full"         // no connection left
	StoreStarting    Trouble = "starting"     // it starts or shuts down
	StoreOutOfMemory Trouble = "out-of-memory"
	StoreSpoilt      Trouble = "spoilt"    // it lets the app in, and a table of the app's cannot be read
	StoreReadOnly    Trouble = "read-only" // it answers, and takes nothing in
)

// Login is what a database or cache said to the app's own credentials.
type Login struct {
	Trouble Trouble  // empty: all is well
	Said    string   // in the server's or the kernel's words
	Local   bool     // it is on this machine
	Reached bool     // a connection came about, whatever came of it
	Names   []string // databases that this user may see, where its own is not among them
	Limit   uint64   // Redis: maxmemory, where it is used up
	Endless bool     // Redis: hardly any of its keys has an end, so that nothing makes room by itself
	Database
}

// storeWait is how long a database may take to say something.
const storeWait = 1500 * time.Millisecond

// Login asks a database or cache with the app's own credentials, over one connection, for what it is doing: nothing is
// changed. The error says that it could not be asked.
func (f *Facts) Login(ctx context.Context, s *Store) (Login, error) {
	if f.Host.Files {
		return Login{}, ErrFilesOnly
	}
	file := ""
	if s.Unix != "" { // whose answer it is depends on the app's user
		var err error
		switch file, err = f.storeSocket(ctx, s); {
		case errors.Is(err, fs.ErrNotExist):
			return Login{Local: true, Trouble: StoreNoSocket, Said: "no such file"}, nil
		case errors.As(err, new(noRight)):
			return Login{Local: true, Trouble: StoreNoRight, Said: err.Error()}, nil
		case err != nil:
			return Login{Local: true}, err
		}
	}
	if s.Of != nil && !s.Now.IsValid() {
		return Login{Local: true, Trouble: StoreRefused, Said: s.Of.down()}, nil
	}
	key := fmt.Sprintf("%d %q %x", s.net, []string{s.Kind, s.Address(), s.User, s.Name, s.Table}, sha256.Sum256([]byte(s.password.text())))
	said, err := f.logins.get(key, func() (Login, error) { return f.login(ctx, s, file) })
	if err == nil && s.doubtful && (said.Trouble == StoreDenied || said.Trouble == StoreNoDatabase) {
		return Login{Local: said.Local}, errors.New("the app's code knows several logins there, and which one it takes depends on more than its words")
	}
	return said, err
}

func (f *Facts) login(ctx context.Context, s *Store, file string) (Login, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	network, address, out, err := f.storeAddress(ctx, s, file)
	if err != nil || out.Trouble != "" {
		return out, err
	}
	var reached atomic.Bool // a driver may dial by itself
	dial := oneDial(func(ctx context.Context) (net.Conn, error) {
		c, err := f.Host.Dial(ctx, s.net, network, address)
		reached.Store(err == nil)
		return c, err
	})
	switch s.Kind {
	case "mysql":
		err = askMySQL(ctx, s, dial, &out)
	case "postgres":
		err = askPostgres(ctx, s, dial, &out)
	case "redis":
		err = askRedis(ctx, s, dial, &out)
	default:
		err = askMemcached(ctx, dial, &out)
	}
	out.Reached = reached.Load()
	if err == nil || out.Trouble != "" {
		return out, nil
	}
	return out, out.network(ctx, err)
}

// storeAddress finds where to dial, and whether that is allowed.
func (f *Facts) storeAddress(ctx context.Context, s *Store, file string) (network, address string, out Login, err error) {
	if file != "" {
		out.Local = true
		return "unix", file, out, nil
	}
	var addrs []netip.Addr
	if addrs = f.Lookup(ctx, s.Site.Gateway, s.Host); len(addrs) == 0 {
		if f.Offline {
			return "", "", out, ErrOffline
		}
		_, err := f.Host.Resolve(ctx, s.Host)
		if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
			out.Trouble, out.Said = StoreUnknownName, "no such name: "+s.Host
			return "", "", out, nil
		}
		if err == nil || ctx.Err() != nil {
			return "", "", out, fmt.Errorf("the address of %s: %w", s.Host, cmp.Or(err, ctx.Err()))
		}
		out.Trouble, out.Said = StoreUnknownName, fmt.Sprintf("the name %s has no address: DNS cannot be asked (%v)", s.Host, err) // nor can the app ask it
		return "", "", out, nil
	}
	out.Local = addrs[0].IsLoopback()
	if !out.Local {
		if r, err := f.Host.Route(ctx, addrs[0]); err == nil {
			out.Local = r.Kind == "local"
		}
	}
	if !out.Local && f.Offline {
		return "", "", out, ErrOffline
	}
	return "tcp", netip.AddrPortFrom(addrs[0], uint16(s.Port)).String(), out, nil
}

// oneDial lets a driver connect once and no more, however it would like to try again.
func oneDial(dial func(context.Context) (net.Conn, error)) func(context.Context) (net.Conn, error) {
	used := make(chan struct{}, 1)
	return func(ctx context.Context) (net.Conn, error) {
		select {
		case used <- struct{}{}:
			return dial(ctx)
		default:
			return nil, errAskedOnce
		}
	}
}

var errAskedOnce = errors.New("asked once already")

// network tells what the kernel said from what it could not say.
func (l *Login) network(ctx context.Context, err error) error {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		l.Trouble, l.Said = StoreRefused, "connection refused"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOENT):
		l.Trouble, l.Said = StoreNoSocket, "no such file"
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		l.Trouble, l.Said = StoreSilent, fmt.Sprintf("no answer within %s", storeWait)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		l.Trouble, l.Said = StoreRefused, "no route to it"
	default:
		return err
	}
	return nil
}

// rows reads a few rows of text; a question that this user may not ask has none.
func rows(ctx context.Context, c *sql.Conn, query string, each func(w []string)) error {
	all, err := c.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer all.Close()
	names, err := all.Columns()
	if err != nil {
		return err
	}
	for all.Next() {
		texts, to := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range texts {
			to[i] = &texts[i]
		}
		if err := all.Scan(to...); err != nil {
			return err
		}
		w := make([]string, len(names))
		for i, t := range texts {
			w[i] = t.String
		}
		each(w)
	}
	return all.Err()
}
