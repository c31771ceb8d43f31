package bank

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/intact"
	"gotong/internal/money"
)

// Rates says how many of a thousand payments meet each fate; the rest are
// credited at once.
type Rates struct {
	Wrong    int // the account does not exist
	Blocked  int // the account was never activated, or sleeps
	Mismatch int // the account is in another's name
	Dead     int // the bank knows the holder to have died
	Late     int // answered only in the second return file
	Lost     int // never answered
}

// Options shapes a simulated bank.
type Options struct {
	Seed  uint64
	Rates Rates
	First time.Duration // from receipt to the first return file
	Later time.Duration // from receipt to the second
	// Rule is how files are exchanged; the bank answers an order of ISO 20022
	// with a status report, and with a statement for what is late.
	Rule Rule
	// Reply is the form of its return files, by name; "" is that of the order.
	Reply string
	// Forgetful makes a bank that does not know a batch again and credits it
	// once more, as some do.
	Forgetful bool
	// Judge, where given, decides over a payment before the rates do: a code
	// to return it with, or NoCode.
	Judge func(Payment) Code
	// Hook, where given, is called at each step; what it returns ends the
	// call there, as a broken line would. The steps: submit.arrived (nothing
	// is taken yet), submit.taken (the money is on its way).
	Hook func(step string) error
}

// Simulated is a bank that credits, returns, delays and loses by seed, and
// counts what it credited. It keeps its books in a folder of its own, so that
// it survives our process as a bank would.
type Simulated struct {
	dir     string
	clock   clock.Clock
	options Options
	mu      sync.Mutex
}

// Simulate opens the simulated bank whose books are in dir.
func Simulate(dir string, c clock.Clock, o Options) (*Simulated, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	return &Simulated{dir: dir, clock: c, options: o}, nil
}

// taken is a batch in the bank's books.
type taken struct {
	Batch    string      `json:"batch"`
	Form     string      `json:"form,omitempty"` // of its order file
	SHA256   string      `json:"sha256"`
	At       time.Time   `json:"at"`
	Times    int         `json:"times"` // how often it was handed in
	Payments []takenLine `json:"payments"`
}

type takenLine struct {
	Reference string `json:"ref"`
	Amount    int64  `json:"amount"`
	Code      Code   `json:"code,omitempty"`
	Late      bool   `json:"late,omitempty"`
	Lost      bool   `json:"lost,omitempty"`
	Credits   int    `json:"credits"` // how often the money reached the account
}

// Submit takes an order file.
func (s *Simulated) Submit(ctx context.Context, file []byte) (Ack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmp.Or(ctx.Err(), s.hook("submit.arrived")); err != nil {
		return Ack{}, err
	}
	o, form, err := parseAny(file)
	if err != nil {
		return Ack{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	sum := sha256.Sum256(file)
	digest := hex.EncodeToString(sum[:])
	if _, err := s.path(o.Batch); err != nil {
		return Ack{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	t, err := s.read(o.Batch)
	switch {
	case errors.Is(err, ErrNotReceived):
		t = s.judge(o, digest)
		t.Form = form
	case err != nil:
		return Ack{}, err
	case t.SHA256 != digest:
		return Ack{}, fmt.Errorf("%w: batch %s has arrived with other contents", ErrRefused, o.Batch)
	case !s.options.Forgetful:
		t.Times++
	default:
		t.Times++
		for i := range t.Payments {
			if t.Payments[i].Code == NoCode {
				t.Payments[i].Credits++
			}
		}
	}
	if err := s.write(t); err != nil {
		return Ack{}, err
	}
	if err := s.hook("submit.taken"); err != nil {
		return Ack{}, err
	}
	return t.ack(), nil
}

func (s *Simulated) hook(step string) error {
	if s.options.Hook == nil {
		return nil
	}
	return s.options.Hook(step)
}

func (t taken) ack() Ack {
	return Ack{Receipt: "SIM-" + t.SHA256[:12], At: t.At, Lines: len(t.Payments), SHA256: t.SHA256}
}

// judge decides every payment's fate by the seed alone: an account that is
// asleep today is asleep next month too.
func (s *Simulated) judge(o Order, digest string) taken {
	t := taken{Batch: o.Batch, SHA256: digest, At: s.clock.Now(), Times: 1}
	r := s.options.Rates
	for _, p := range o.Payments {
		l := takenLine{Reference: p.Reference, Amount: int64(p.Amount)}
		if s.options.Judge != nil {
			l.Code = s.options.Judge(p)
		}
		if l.Code == NoCode {
			l.Code = byChance(s.chance("account", p.Bank+p.Account), r)
		}
		switch n := s.chance("answer", p.Reference); {
		case n < r.Lost:
			l.Lost = true
		case n < r.Lost+r.Late:
			l.Late = true
		}
		if l.Code == NoCode {
			l.Credits = 1
		}
		t.Payments = append(t.Payments, l)
	}
	return t
}

func byChance(n int, r Rates) Code {
	for _, c := range []struct {
		rate int
		code Code
	}{{r.Wrong, WrongAccount}, {r.Blocked, BlockedAccount}, {r.Mismatch, NameMismatch}, {r.Dead, Deceased}} {
		if n < c.rate {
			return c.code
		}
		n -= c.rate
	}
	return NoCode
}

// chance returns a number below 1000 that depends on the seed and the thing.
func (s *Simulated) chance(kind, thing string) int {
	h := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s", s.options.Seed, kind, thing))
	return (int(h[0])<<16 | int(h[1])<<8 | int(h[2])) % 1000
}

// Enquire says whether a batch has arrived.
func (s *Simulated) Enquire(ctx context.Context, batch string) (Ack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.read(batch)
	if err != nil {
		return Ack{}, err
	}
	return t.ack(), ctx.Err()
}

// Statements returns the return files that are due by now.
func (s *Simulated) Statements(ctx context.Context, batch string) ([]Statement, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.read(batch)
	if err != nil {
		return nil, err
	}
	var all []Statement
	now := s.clock.Now()
	for n, after := range []time.Duration{s.options.First, s.options.Later} {
		at := t.At.Add(after)
		if at.After(now) {
			continue
		}
		f := Return{Batch: batch, At: at.Truncate(time.Second)}
		for _, l := range t.Payments {
			if l.Lost || l.Late != (n == 1) {
				continue
			}
			r := Result{Reference: l.Reference, Status: Credited, Amount: money.Rupiah(l.Amount), Code: l.Code, At: f.At}
			if l.Code != NoCode {
				r.Status = Returned
			}
			f.Results = append(f.Results, r)
		}
		if len(f.Results) == 0 && n == 1 {
			continue
		}
		// A bank answers in an order of its own.
		slices.SortFunc(f.Results, func(a, b Result) int {
			return cmp.Or(cmp.Compare(s.chance("order", a.Reference), s.chance("order", b.Reference)), cmp.Compare(a.Reference, b.Reference))
		})
		file, ending, err := s.reply(t.Form, n, f)
		if err != nil {
			return nil, err
		}
		all = append(all, Statement{Name: fmt.Sprintf("%s-kembali-%d.%s", batch, n+1, ending), File: file})
	}
	return all, ctx.Err()
}

// parseAny reads an order file of either form.
func parseAny(file []byte) (Order, string, error) {
	if looksXML(file, initiation) {
		o, err := ParseInitiation(bytes.NewReader(file))
		return o, Initiation{}.Name(), err
	}
	o, err := ParseOrder(bytes.NewReader(file))
	return o, CSV{}.Name(), err
}

// reply writes the n-th return file of a batch.
func (s *Simulated) reply(form string, n int, f Return) ([]byte, string, error) {
	rule := s.options.Rule
	var w interface {
		Write(io.Writer, Return) error
	}
	ending := "xml"
	switch reply := cmp.Or(s.options.Reply, form); {
	case reply == (Swift{}).Name():
		w, ending = Swift{rule}, "sta"
	case reply == statusReport, reply == (Initiation{}).Name() && n == 0:
		w = StatusReport{rule}
	case reply == bankStatement, reply == (Initiation{}).Name():
		w = BankStatement{rule}
	default:
		return f.Bytes(), CSV{}.Ending(), nil
	}
	var b bytes.Buffer
	err := w.Write(&b, f)
	return b.Bytes(), ending, err
}

// Tally is what the bank really did with one payment.
type Tally struct {
	Batch     string
	Reference string
	Amount    int64
	Credits   int // how often the money reached the account
	Code      Code
}

// Tallies returns what the bank really did, for the simulation to compare
// with what our books say.
func (s *Simulated) Tallies() ([]Tally, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	files, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []Tally
	for _, f := range files {
		t, err := s.read(strings.TrimSuffix(filepath.Base(f), ".json"))
		if err != nil {
			return nil, err
		}
		for _, l := range t.Payments {
			all = append(all, Tally{t.Batch, l.Reference, l.Amount, l.Credits, l.Code})
		}
	}
	return all, nil
}

// Received returns how often a batch was handed in.
func (s *Simulated) Received(batch string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.read(batch)
	if errors.Is(err, ErrNotReceived) {
		return 0, nil
	}
	return t.Times, err
}

func (s *Simulated) path(batch string) (string, error) {
	if batch == "" || strings.ContainsAny(batch, "/\\.\x00") {
		return "", fault.Invalid("bank.bad_batch")
	}
	return filepath.Join(s.dir, batch+".json"), nil
}

func (s *Simulated) read(batch string) (taken, error) {
	path, err := s.path(batch)
	if err != nil {
		return taken{}, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return taken{}, ErrNotReceived
	}
	if err != nil {
		return taken{}, fmt.Errorf("bank: %w", err)
	}
	var t taken
	if err := json.Unmarshal(b, &t); err != nil {
		return taken{}, fmt.Errorf("bank: %s: %w", batch, err)
	}
	return t, nil
}

// write replaces a batch's books whole or not at all.
func (s *Simulated) write(t taken) error {
	path, err := s.path(t.Batch)
	if err != nil {
		return err
	}
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := intact.Keep(path, b, nil); err != nil {
		return fmt.Errorf("bank: %w", err)
	}
	return nil
}
