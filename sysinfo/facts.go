package sysinfo

import (
	"sync"
	"sync/atomic"
	"time"

	"fix502/sysinfo/probe"
)

// Facts is what one run has learnt of a Host. Each fact is worked out once, when first asked for, however many
// checks ask at the same time.
type Facts struct {
	Host    *Host
	URL     string        // the page that fails, as the user gave it; may be empty
	Since   time.Duration // how far back logs count
	Offline bool          // nothing may leave this machine

	// Patience is how long one check may take, and with it, less a second, the page of the run.
	Patience time.Duration

	procs      once[[]Proc]
	users      once[*Users]
	units      once[map[string]Unit]
	services   once[map[string]Unit]
	containers once[[]Container]
	sockets    keyed[string, []Socket]
	journals   keyed[string, []JournalLine]
	gateways   once[[]*Gateway]
	sites      once[[]*Site]
	fpm        once[[]*FPM]
	reaches    keyed[hopKey, Reach]
	spoken     keyed[hopKey, probe.Heard]
	pools      keyed[hopKey, poolOf]
	apps       keyed[hopKey, App]
	held       once[[]HeldSocket]
	fresh      keyed[*Site, []LogLine]
	nets       once[map[string][]elsewhere]
	asked      keyed[*Site, []Answer]
	slow       keyed[Question, Answer]
	logs       once[*Logs]
	owners     once[map[uint64]int]
	unitOf     keyed[int, string]
	memoMu     sync.Mutex
	memo       map[string]any
	mysql      once[Database]
	logins     keyed[string, Login]
}

// hopKey tells hops apart that lead to different places: thousands of sites may share one PHP-FPM.
type hopKey struct {
	gateway         *Gateway
	scheme, address string
}

func keyOf(h *Hop) hopKey { return hopKey{h.Site.Gateway, h.Scheme, h.Address()} }

// patience is what a run of ten seconds has for each of its checks.
const patience = 5 * time.Second

// NewFacts starts a run.
func NewFacts(h *Host) *Facts { return &Facts{Host: h, Since: 24 * time.Hour, Patience: patience} }

// once is a fact that is worked out by whoever asks first; the others wait for it.
type once[T any] struct {
	once  sync.Once
	known atomic.Bool
	val   T
	err   error
}

func (o *once[T]) get(work func() (T, error)) (T, error) {
	o.once.Do(func() {
		o.val, o.err = work()
		o.known.Store(true)
	})
	return o.val, o.err
}

// keyed is a once for each key.
type keyed[K comparable, T any] struct {
	mu sync.Mutex
	m  map[K]*once[T]
}

func (k *keyed[K, T]) get(key K, work func() (T, error)) (T, error) {
	k.mu.Lock()
	if k.m == nil {
		k.m = map[K]*once[T]{}
	}
	o := k.m[key]
	if o == nil {
		o = &once[T]{}
		k.m[key] = o
	}
	k.mu.Unlock()
	return o.get(work)
}

// known are the facts that have been worked out; of those that hang there is none.
func (k *keyed[K, T]) known() map[K]T {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := map[K]T{}
	for key, o := range k.m {
		if o.known.Load() && o.err == nil {
			out[key] = o.val
		}
	}
	return out
}

// put replaces a fact by what is known better now.
func (k *keyed[K, T]) put(key K, val T) {
	o := &once[T]{}
	_, _ = o.get(func() (T, error) { return val, nil })
	k.mu.Lock()
	k.m[key] = o
	k.mu.Unlock()
}

// forget has all of them worked out anew.
func (k *keyed[K, T]) forget() {
	k.mu.Lock()
	k.m = nil
	k.mu.Unlock()
}

// Memo works something out once a run, for whoever asks under that name: what several checks share and no
// fact of sysinfo's own is.
func Memo[T any](f *Facts, name string, work func() (T, error)) (T, error) {
	f.memoMu.Lock()
	if f.memo == nil {
		f.memo = map[string]any{}
	}
	o, ok := f.memo[name].(*once[T])
	if !ok {
		o = &once[T]{}
		f.memo[name] = o
	}
	f.memoMu.Unlock()
	return o.get(work)
}
