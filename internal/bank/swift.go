package bank

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
)

// Swift is SWIFT's MT940, the statement of the account that aid is paid from,
// as banks of Indonesia write it: entries stand in :61:, what they are for in
// :86:, structured (/EREF/ /RTRN/ or ?20…) or as free text. The reference is
// looked for wherever it stands, also where a line was broken within it; an
// entry with two of them, or with one that can be read in two ways, has none.
// The balances of every message must add up.
type Swift struct{ Rule Rule }

// Name returns "mt940".
func (Swift) Name() string { return "mt940" }

// Mine reports whether the file's beginning holds the fields of a statement.
func (Swift) Mine(file []byte) bool {
	const enough = 4096
	head := file[:min(len(file), enough)]
	return swiftBegin.Match(head) && bytes.Contains(head, []byte("\n:25"))
}

var (
	swiftBegin     = regexp.MustCompile(`(?:\A|\n|\{4:\s*)(?:\x{feff})?:20:`)
	swiftField     = regexp.MustCompile(`^:(\d{2}[A-Z]?):(.*)$`)
	swiftBalance   = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})(\d{1,15},\d*)$`)
	swiftEntry     = regexp.MustCompile(`^(\d{6})(?:\d{4})?(R?[CD])[A-Z]?(\d{1,15},\d*)[A-Z][A-Z0-9]{3}(.*)$`)
	swiftReference = regexp.MustCompile(`[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-\d{4}-\d{2}-\d{2,}-\d{6,}`)
	swiftSubfield  = regexp.MustCompile(`\?\d{2}`)
	swiftReason    = regexp.MustCompile(`(?:/(?:RTRN|RTN|RSN)/|RETUR[ :/]+)([A-Z]{2}\d{2})(?:[^A-Z0-9]|$)`)
)

// Read reads a file and gives each of its lines as it comes; only when Read
// returns without an error is the file whole. Memory does not grow with it.
func (f Swift) Read(from io.Reader, each func(Result) error) (Return, error) {
	p := &swiftReader{rule: f.Rule, each: each}
	lines := bufio.NewScanner(from)
	const longest = 64 << 10
	lines.Buffer(nil, longest)
	for lines.Scan() {
		p.line++
		if err := p.take(lines.Text()); err != nil {
			return Return{}, err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return Return{}, fault.Invalid("bank.swift.malformed", "line", p.line+1).Because(err)
	} else if err != nil {
		return Return{}, err
	}
	if err := p.field(); err != nil {
		return Return{}, err
	}
	switch {
	case p.open || !p.ended:
		return Return{}, fault.Invalid("bank.swift.truncated", "line", p.line)
	case p.count == 0:
		return Return{}, fault.Invalid("bank.xml.no_lines")
	case p.batch == "":
		return Return{}, fault.Invalid("bank.file.no_batch")
	}
	return Return{Batch: p.batch, At: p.at}, nil
}

type swiftReader struct {
	rule Rule
	each func(Result) error
	line int

	tag   string // of the field that is being read
	text  []string
	begun int // line in which it began

	open, ended bool
	balance     int64 // opening balance and the entries so far
	entry       *swiftEntryRead
	batch       string
	at          time.Time
	count       int
}

type swiftEntryRead struct {
	line   int
	at     time.Time
	mark   string
	amount money.Rupiah
	text   []string
}

// take takes one line of the file.
func (p *swiftReader) take(line string) error {
	line = strings.TrimSuffix(line, "\r")
	if p.line == 1 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	if !utf8.ValidString(line) {
		return fault.Invalid("bank.file.encoding", "line", p.line)
	}
	if i := strings.Index(line, "{4:"); i >= 0 && strings.HasPrefix(line, "{1:") {
		line = line[i+len("{4:"):]
	}
	m := swiftField.FindStringSubmatch(line)
	switch end := strings.HasPrefix(line, "-}") || line == "-"; {
	case m != nil || end:
		if err := p.field(); err != nil {
			return err
		}
		if end {
			return nil
		}
		p.tag, p.text, p.begun = m[1], []string{m[2]}, p.line
	case strings.TrimSpace(line) == "":
	case p.tag == "":
		return fault.Invalid("bank.swift.malformed", "line", p.line)
	default:
		const most = 20
		if p.text = append(p.text, line); len(p.text) > most {
			return fault.Invalid("bank.swift.malformed", "line", p.line)
		}
	}
	return nil
}

// field takes the field that has ended.
func (p *swiftReader) field() error {
	tag, text := p.tag, p.text
	p.tag, p.text = "", nil
	if tag == "86" && p.entry != nil {
		p.entry.text = append(p.entry.text, text...)
	}
	if err := p.endOfEntry(); err != nil {
		return err
	}
	switch tag {
	case "60F", "60M":
		return p.opening(text[0])
	case "61":
		return p.beginEntry(text)
	case "62F", "62M":
		return p.closing(text[0])
	}
	return nil
}

func (p *swiftReader) sum(text string) (direction string, day time.Time, a money.Rupiah, err error) {
	m := swiftBalance.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", day, 0, fault.Invalid("bank.swift.balance", "line", p.begun, "value", shown(text))
	}
	if m[3] != Currency {
		return "", day, 0, fault.Invalid("bank.file.currency", "line", p.begun, "value", m[3])
	}
	if day, err = p.day(m[2]); err == nil {
		a, err = wholeRupiah(p.begun, m[4], ',')
	}
	return map[string]string{"C": "CRDT", "D": "DBIT"}[m[1]], day, a, err
}

func (p *swiftReader) day(digits string) (time.Time, error) {
	at, err := time.ParseInLocation("20060102", "20"+digits, civil.WIB)
	if err != nil {
		return at, fault.Invalid("bank.file.time", "line", p.begun, "value", digits)
	}
	return at.UTC(), nil
}

func (p *swiftReader) opening(text string) error {
	direction, _, a, err := p.sum(text)
	if err != nil {
		return err
	}
	if p.open {
		return fault.Invalid("bank.swift.truncated", "line", p.begun)
	}
	p.open, p.balance = true, signed(direction, a)
	return nil
}

func (p *swiftReader) closing(text string) error {
	direction, day, a, err := p.sum(text)
	if err != nil {
		return err
	}
	if !p.open {
		return fault.Invalid("bank.file.no_balance", "line", p.begun)
	}
	if says := signed(direction, a); says != p.balance {
		return fault.Invalid("bank.file.balance", "line", p.begun, "says", money.Rupiah(says), "have", money.Rupiah(p.balance))
	}
	p.open, p.ended, p.at = false, true, day
	return nil
}

func (p *swiftReader) beginEntry(text []string) error {
	m := swiftEntry.FindStringSubmatch(text[0])
	if m == nil {
		return fault.Invalid("bank.swift.entry", "line", p.begun, "value", shown(text[0]))
	}
	if !p.open {
		return fault.Invalid("bank.file.no_balance", "line", p.begun)
	}
	at, err := p.day(m[1])
	if err != nil {
		return err
	}
	a, err := wholeRupiah(p.begun, m[3], ',')
	if err != nil {
		return err
	}
	p.entry = &swiftEntryRead{line: p.begun, at: at, mark: m[2], amount: a}
	customer, _, _ := strings.Cut(m[4], "//") // the bank's own reference follows
	if _, ok := batchOf(customer); ok {
		p.entry.text = append(p.entry.text, customer+" ")
	}
	direction := "DBIT"
	if m[2] == "C" || m[2] == "RD" {
		direction = "CRDT"
	}
	if p.balance += signed(direction, a); p.balance > most || p.balance < -most {
		return fault.Invalid("bank.file.amount", "line", p.begun, "value", a)
	}
	return nil
}

func (p *swiftReader) endOfEntry() error {
	e := p.entry
	if p.entry = nil; e == nil {
		return nil
	}
	p.count++
	r := Result{Line: e.line, Amount: e.amount, At: e.at}
	reason := ""
	if m := swiftReason.FindStringSubmatch(strings.Join(e.text, " ")); m != nil {
		reason = m[1]
	}
	switch {
	case e.mark == "D" && reason == "":
		r.Status = Credited
	case e.mark == "RD", e.mark == "C" && reason != "":
		r.Status, r.Code = Returned, p.rule.reason(reason)
	default:
		r.Status, r.Code = Status(e.mark), Code(reason)
	}
	reference, ok := e.reference()
	if r.Reference = reference; !ok {
		r.Reference = shown(strings.Join(e.text, " "))
		return p.each(r)
	}
	batch, _ := batchOf(reference)
	if p.batch == "" {
		p.batch = batch
	}
	if batch != p.batch {
		return fault.Invalid("bank.file.other_batch", "line", e.line, "batch", shown(batch))
	}
	return p.each(r)
}

// reference finds the one reference in what an entry says.
func (e *swiftEntryRead) reference() (string, bool) {
	found := map[string]bool{}
	for _, join := range []string{"", " "} {
		text := swiftSubfield.ReplaceAllString(strings.Join(e.text, join), join)
		for _, r := range swiftReference.FindAllString(text, -1) {
			found[r] = true
		}
	}
	for r := range found {
		return r, len(found) == 1
	}
	return "", false
}

// Write writes a return file as a bank does, for the simulated one.
func (f Swift) Write(to io.Writer, r Return) error {
	w := bufio.NewWriter(to)
	day := func(t time.Time) string { return t.In(civil.WIB).Format("060102") }
	opening, closing := balances(r)
	put := func(all ...string) {
		for _, s := range all {
			_, _ = w.WriteString(s) // the writer keeps its first error until Flush
		}
		_, _ = w.WriteString("\r\n")
	}
	put(":20:STM", day(r.At))
	put(":25:", f.Rule.Payer.Account)
	put(":28C:1/1")
	put(":60F:C", day(r.At), Currency, rupiah(opening), ",00")
	for _, one := range r.Results {
		mark, reason := "D", ""
		switch one.Status {
		case Returned:
			mark, reason = "C", "/RTRN/"+string(one.Code)
		case Pending:
			continue // a statement knows only what is booked
		}
		put(":61:", day(one.At), mark, rupiah(one.Amount), ",00NTRFNONREF")
		put(":86:/EREF/", one.Reference, reason, "/")
	}
	put(":62F:C", day(r.At), Currency, rupiah(closing), ",00")
	put("-")
	return w.Flush()
}
