package web

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"gotong/internal/clock"
)

// Rate is how often something may be asked: so many times at once, and so
// many more each minute.
type Rate struct{ Burst, PerMinute int }

// Limits are the rates for one client and for all together.
type Limits struct{ Client, All Rate }

// Limiter holds back who asks too often, whoever it is: it knows addresses
// and no persons, and forgets them as soon as they may ask at will again.
type Limiter struct {
	clock  clock.Clock
	limits func(now time.Time) Limits

	mu      sync.Mutex
	all     bucket
	clients map[string]bucket
	swept   time.Time
}

// NewLimiter returns a Limiter with the limits that hold at a time.
func NewLimiter(c clock.Clock, limits func(now time.Time) Limits) *Limiter {
	return &Limiter{clock: c, limits: limits, clients: map[string]bucket{}}
}

// bucket holds what is left to be asked. The zero bucket is full.
type bucket struct {
	used float64
	at   time.Time
}

// refilled returns the bucket as it is at a time.
func (b bucket) refilled(r Rate, now time.Time) bucket {
	used := b.used - now.Sub(b.at).Minutes()*float64(r.PerMinute)
	return bucket{max(0, min(used, float64(r.Burst))), now}
}

// wait returns how long it takes until one more may be asked.
func (b bucket) wait(r Rate) time.Duration {
	over := b.used + 1 - float64(r.Burst)
	if over <= 0 {
		return 0
	}
	return time.Duration(over / float64(r.PerMinute) * float64(time.Minute))
}

// Take asks once for a client. It returns how long the client has to wait, or
// zero when it may go on; to have waited in vain costs nothing.
func (l *Limiter) Take(client string) time.Duration {
	now := l.clock.Now()
	limits := l.limits(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	all, own := l.all.refilled(limits.All, now), l.clients[client].refilled(limits.Client, now)
	if wait := max(all.wait(limits.All), own.wait(limits.Client)); wait > 0 {
		return wait
	}
	all.used, own.used = all.used+1, own.used+1
	l.all, l.clients[client] = all, own
	l.sweep(limits, now)
	return 0
}

// sweep forgets the clients that may ask at will again. Those that are kept
// are no more than all together may ask in the time that takes.
func (l *Limiter) sweep(limits Limits, now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for client, b := range l.clients {
		if b.refilled(limits.Client, now).used == 0 {
			delete(l.clients, client)
		}
	}
}

// tooOften is the refusal of who asks too often.
type tooOften struct{ wait time.Duration }

// Error implements error.
func (t tooOften) Error() string { return fmt.Sprintf("web: asked too often, wait %s", t.wait) }

// seconds is the wait in whole seconds, at least one.
func (t tooOften) seconds() string {
	return strconv.Itoa(max(1, int(math.Ceil(t.wait.Seconds()))))
}

// client returns the address that a request comes from: that of the
// connection, or, behind a proxy of the office's own, the one that the proxy
// saw. What a client writes into the header itself stands before that and is
// not looked at. The addresses of one IPv6 network are one client, since a
// single subscriber has them all.
func (rt *Router) client(r *http.Request) string {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if rt.config.BehindProxy {
		seen := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last := strings.TrimSpace(seen[len(seen)-1]); last != "" {
			address = last
		}
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if network, err := ip.WithZone("").Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
