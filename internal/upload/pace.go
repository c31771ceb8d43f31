package upload

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// The pace that is expected of whoever sends: slow as a village's connection
// may be, so slow is only who means to hold the connection.
const (
	patience = time.Minute
	leastPer = 2 << 10 // bytes a second, once the patience is over
)

// answerIn is how long the answer to an upload may take, once it is complete.
const answerIn = 5 * time.Minute

// Body returns the body of a request to w, of at most so many bytes, which is
// read as long as it comes at a decent pace, however large it is: the
// connection's deadlines for the request as a whole do not hold for it.
//
// Its error is ErrTooSlow when it comes more slowly, and http.MaxBytesError
// when it is larger; at once where the request says so.
func Body(w http.ResponseWriter, r *http.Request, most int64) io.ReadCloser {
	if r.ContentLength > most {
		return refused{r.Body, &http.MaxBytesError{Limit: most}}
	}
	return pace(w, http.MaxBytesReader(w, r.Body, most))
}

// refused is a body that is not read.
type refused struct {
	io.Closer
	err error
}

// Read implements io.Reader.
func (r refused) Read([]byte) (int, error) { return 0, r.err }

func pace(w http.ResponseWriter, body io.ReadCloser) io.ReadCloser {
	c := http.NewResponseController(w)
	return &paced{ReadCloser: body, extend: func(due time.Time) error {
		answer := due
		if due.IsZero() {
			answer = time.Now()
		}
		err := errors.Join(c.SetReadDeadline(due), c.SetWriteDeadline(answer.Add(answerIn)))
		if errors.Is(err, http.ErrNotSupported) { // no connection, as in a test
			return nil
		}
		return err
	}}
}

// ErrTooSlow says that an upload came too slowly, or stopped.
var ErrTooSlow = errors.New("upload: too slow")

type paced struct {
	io.ReadCloser
	extend func(due time.Time) error // the zero time for never
	read   int64
	waited time.Duration // for what was read; what we did with it does not count
	set    time.Time
}

// Read implements io.Reader. It moves the connection's deadline to the time
// that what came may have taken, and the patience; who was quick may not rest
// the longer for it.
func (p *paced) Read(b []byte) (int, error) {
	began := time.Now()
	left := patience + time.Duration(p.read)*time.Second/leastPer - p.waited
	if due := began.Add(min(left, patience)); due.Sub(p.set).Abs() > time.Second {
		if err := p.extend(due); err != nil {
			return 0, err
		}
		p.set = due
	}
	n, err := p.ReadCloser.Read(b)
	p.read += int64(n)
	p.waited += time.Since(began)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errors.Join(ErrTooSlow, err)
	}
	if errors.Is(err, io.EOF) {
		if failed := p.extend(time.Time{}); failed != nil {
			return n, failed
		}
	}
	return n, err
}
