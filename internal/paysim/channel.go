package paysim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"gotong/internal/bank"
	"gotong/internal/clock"
	"gotong/internal/money"
)

// payer is a bank or post office. It credits whatever arrives, as often as it
// arrives, as some do; it returns, delays, mislays, repeats and reorders; and
// it counts what it really credited. It outlives the process that speaks to it.
type payer struct {
	chance   *rand.Rand
	clock    clock.Clock
	faults   Faults
	batches  map[string]*batch
	inFlight []flight
	watch    *oracle
}

// flight is a file that will arrive though the line broke.
type flight struct {
	file []byte
	at   time.Time
}

type batch struct {
	name     string
	digest   string
	at       time.Time
	times    int
	lines    []*credit
	files    []*statement     // of its payments, in order
	recalled []bank.Statement // of what it gave back when it was called back
}

// credit is what becomes of one payment.
type credit struct {
	bank.Payment
	family  int
	credits int          // how often the money reached the account, and stayed
	paid    money.Rupiah // each time
	code    bank.Code
	answer  int  // in which file: 1, 2; 0 is never
	pending bool // said to be pending in the first file
	turn    bool // the third file says the contrary of what was said before
	lied    bool // credited after the bank had said that it came back
	told    bool // its outcome stands in a file that was fetched
}

type statement struct {
	bank.Statement
	no  int
	due time.Time
}

// How long the bank takes for its files, from arrival.
var fileAfter = []time.Duration{time.Hour, 24 * time.Hour, 72 * time.Hour}

var errLine = errors.New("the line to the bank broke")

func newPayer(chance *rand.Rand, c clock.Clock, f Faults, watch *oracle) *payer {
	return &payer{chance: chance, clock: c, faults: f, batches: map[string]*batch{}, watch: watch}
}

// happens reports whether a thing that happens so often in a thousand does.
func (p *payer) happens(inThousand int) bool { return p.chance.IntN(1000) < inThousand }

// Submit takes an order file, or the line breaks.
func (p *payer) Submit(_ context.Context, file []byte) (bank.Ack, error) {
	p.arrivals()
	o, err := bank.ParseOrder(bytes.NewReader(file))
	if err != nil {
		return bank.Ack{}, fmt.Errorf("%w: %w", bank.ErrRefused, err)
	}
	p.watch.handed(o)
	switch f := p.faults; {
	case p.happens(f.Refused):
		p.watch.certain(o.Batch)
		return bank.Ack{}, bank.ErrRefused
	case p.happens(f.Broken):
		return bank.Ack{}, errLine
	case p.happens(f.Delayed):
		p.inFlight = append(p.inFlight, flight{file, p.clock.Now().Add(time.Duration(1+p.chance.IntN(240)) * time.Second)})
		return bank.Ack{}, errLine
	case p.happens(f.Silent):
		p.arrive(file, o)
		return bank.Ack{}, errLine
	}
	return p.arrive(file, o)
}

// arrivals has those files arrive whose time has come.
func (p *payer) arrivals() {
	now := p.clock.Now()
	p.inFlight = slices.DeleteFunc(p.inFlight, func(f flight) bool {
		if f.at.After(now) {
			return false
		}
		if o, err := bank.ParseOrder(bytes.NewReader(f.file)); err == nil {
			_, _ = p.arrive(f.file, o)
		}
		return true
	})
}

// arrive credits what a file asks for.
func (p *payer) arrive(file []byte, o bank.Order) (bank.Ack, error) {
	sum := sha256.Sum256(file)
	digest := hex.EncodeToString(sum[:])
	b := p.batches[o.Batch]
	if b != nil && b.digest != digest {
		p.watch.find(Unexplained, "batch %s came a second time with other contents", o.Batch)
		return bank.Ack{}, bank.ErrRefused
	}
	if b == nil {
		b = &batch{name: o.Batch, digest: digest, at: p.clock.Now()}
		p.batches[o.Batch] = b
		for _, pay := range o.Payments {
			b.lines = append(b.lines, p.fate(pay))
		}
	} else {
		for _, c := range b.lines {
			if c.code == bank.NoCode {
				c.credits++
			}
		}
	}
	b.times++
	return bank.Ack{Receipt: "R-" + digest[:12], At: b.at, Lines: len(b.lines), SHA256: digest}, nil
}

// fate decides what becomes of a payment.
func (p *payer) fate(pay bank.Payment) *credit {
	f := p.faults
	family, _ := p.watch.town.owner(pay)
	c := &credit{Payment: pay, family: family, credits: 1, paid: pay.Amount, answer: 1}
	if p.happens(f.Back) {
		c.code, c.credits = bank.Codes[p.chance.IntN(len(bank.Codes)-1)], 0
	}
	switch {
	case p.happens(f.Mislaid):
		c.answer = 0
	case p.happens(f.Late):
		c.answer = 2
	}
	c.pending = c.answer == 2 && p.happens(300) && f.Pending > 0 || p.happens(f.Pending) && c.answer == 1
	if c.pending && c.answer == 1 {
		c.answer = 2
	}
	c.turn = c.answer > 0 && p.happens(f.Reverse)
	if c.code == bank.NoCode && p.happens(f.Short) {
		c.paid = pay.Amount - money.Rupiah(1+p.chance.Int64N(int64(pay.Amount)-1))
	}
	return c
}

// Enquire says whether a batch has arrived, or says nothing.
func (p *payer) Enquire(_ context.Context, name string) (bank.Ack, error) {
	p.arrivals()
	if p.happens(p.faults.Mute) {
		return bank.Ack{}, errLine
	}
	b := p.batches[name]
	if b == nil {
		p.watch.denied(name)
		return bank.Ack{}, bank.ErrNotReceived
	}
	return bank.Ack{Receipt: "R-" + b.digest[:12], At: b.at, Lines: len(b.lines), SHA256: b.digest}, nil
}

// Statements returns the files that are due by now; each stays as it is.
func (p *payer) Statements(_ context.Context, name string) ([]bank.Statement, error) {
	p.arrivals()
	if p.happens(p.faults.Mute) {
		return nil, errLine
	}
	b := p.batches[name]
	if b == nil {
		return nil, bank.ErrNotReceived
	}
	p.print(b)
	var all []bank.Statement
	for _, s := range b.files {
		all = append(all, s.Statement)
	}
	return append(all, b.recalled...), nil
}

// print makes the files whose time has come.
func (p *payer) print(b *batch) {
	for no := len(b.files) + 1; no <= len(fileAfter) && !b.at.Add(fileAfter[no-1]).After(p.clock.Now()); no++ {
		due := b.at.Add(fileAfter[no-1]).Truncate(time.Second)
		f := bank.Return{Batch: b.name, At: due}
		for _, c := range b.lines {
			f.Results = append(f.Results, p.say(c, no, due)...)
		}
		p.chance.Shuffle(len(f.Results), func(i, j int) { f.Results[i], f.Results[j] = f.Results[j], f.Results[i] })
		b.files = append(b.files, &statement{bank.Statement{Name: fmt.Sprintf("%s-kembali-%d.csv", b.name, no), File: f.Bytes()}, no, due})
	}
}

// say returns what a file says of a payment.
func (p *payer) say(c *credit, no int, at time.Time) []bank.Result {
	r := bank.Result{Reference: c.Reference, Status: bank.Credited, Amount: c.paid, Code: c.code, At: at}
	if c.code != bank.NoCode {
		r.Status, r.Amount = bank.Returned, c.Amount
	}
	switch {
	case no == 1 && c.pending:
		r.Status, r.Code = "PENDING", bank.NoCode
	case no == c.answer:
		c.told = true
	case no == 3 && c.turn && c.paid == c.Amount:
		if c.code == bank.NoCode {
			c.credits = max(c.credits-1, 0)
			c.code, r.Status, r.Code = bank.ClosedAccount, bank.Returned, bank.ClosedAccount
		} else {
			c.credits, c.lied = c.credits+1, true
			c.code, r.Status, r.Code = bank.NoCode, bank.Credited, bank.NoCode
		}
	default:
		return nil
	}
	if p.happens(p.faults.Repeat) {
		return []bank.Result{r, r}
	}
	return []bank.Result{r}
}

// CheckAccounts finds nothing wrong: what is, turns out when it is paid to.
func (p *payer) CheckAccounts(_ context.Context, o bank.Order) (bank.Accounts, error) {
	if p.happens(p.faults.Mute / 2) {
		return bank.Accounts{}, errLine
	}
	f := bank.Accounts{Batch: o.Batch}
	for _, pay := range o.Payments {
		f.Answers = append(f.Answers, bank.Account{Reference: pay.Reference, Holder: pay.Holder})
	}
	return f, nil
}
