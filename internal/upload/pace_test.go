package upload

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// trickle gives a byte whenever a wait is over, and the end after most bytes.
type trickle struct {
	wait time.Duration
	most int
	due  time.Time
}

func (s *trickle) Read(b []byte) (int, error) {
	if s.most == 0 {
		return 0, io.EOF
	}
	time.Sleep(s.wait)
	if !s.due.IsZero() && time.Now().After(s.due) {
		return 0, os.ErrDeadlineExceeded
	}
	s.most--
	return 1, nil
}

func (s *trickle) Close() error { return nil }

// deadline is what a connection knows of deadlines.
type deadline struct {
	http.ResponseWriter
	body *trickle
}

func (d deadline) SetReadDeadline(t time.Time) error { d.body.due = t; return nil }

func (d deadline) SetWriteDeadline(time.Time) error { return nil }

func TestWhoHoldsTheConnectionIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &trickle{wait: 10 * time.Second, most: 1000}
		n, err := io.Copy(io.Discard, pace(deadline{httptest.NewRecorder(), slow}, slow))
		if !errors.Is(err, ErrTooSlow) || n > 10 {
			t.Errorf("a byte in ten seconds was borne for %d bytes: %v", n, err)
		}
	})
}

func TestADecentPaceIsBorneForAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steady := &trickle{wait: time.Second / leastPer, most: 5 * leastPer * 60}
		began := time.Now()
		if _, err := io.Copy(io.Discard, pace(deadline{httptest.NewRecorder(), steady}, steady)); err != nil || time.Since(began) < 4*time.Minute {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		if !steady.due.IsZero() {
			t.Error("a deadline is left when the body has ended")
		}
	})
}

// What is done with the bytes takes its time; the sender is not to blame.
func TestOurOwnTimeIsNotTheSenders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := &trickle{wait: time.Millisecond, most: 5}
		body := pace(deadline{httptest.NewRecorder(), quick}, quick)
		for {
			_, err := body.Read(make([]byte, 1))
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
		}
	})
}

// What says that it is too large is not waited for.
func TestABodyTooLargeIsRefusedAtOnce(t *testing.T) {
	for _, length := range []int64{-1, 11} { // not known, and known
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("01234567890"))
		r.ContentLength = length
		n, err := io.Copy(io.Discard, Body(httptest.NewRecorder(), r, 10))
		if large := new(http.MaxBytesError); !errors.As(err, &large) || large.Limit != 10 || length > 10 && n > 0 {
			t.Errorf("length %d: %d bytes, %v", length, n, err)
		}
	}
}

// The deadlines that a server has for requests as a whole do not hold for an
// upload, and its answer comes all the same.
func TestTheServersDeadlinesAreMoved(t *testing.T) {
	const short = 50 * time.Millisecond
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, Body(w, r, 1<<10))
		fmt.Fprint(w, n, err)
	}))
	server.Config.ReadHeaderTimeout, server.Config.ReadTimeout, server.Config.WriteTimeout = time.Minute, short, short
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n")
	for range 4 {
		time.Sleep(short) // not a condition to wait for: the deadline has to pass
		fmt.Fprint(conn, "x")
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasSuffix(string(answer), "4 <nil>") {
		t.Errorf("%q, %v", answer, err)
	}
}
