package delivery

import (
	"strconv"
	"strings"
	"time"

	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/money"
)

// Said is what a return file says, line by line, packed: a file has millions
// of lines, and almost all of them name a payment of its batch, one of a few
// statuses and an amount. 32 bytes a line; what is odd is kept as it is.
type Said struct {
	number string // of the list whose lines the packed ones name
	lines  []packed
	kinds  []kind
	kindOf map[kind]uint16
	odd    map[int]bank.Result
	proved map[int]*bank.Proof
}

type packed struct {
	at     int64 // milliseconds
	amount money.Rupiah
	no     int32 // of the list's line; 0 for what is odd
	line   int32 // of the file
	kind   uint16
}

type kind struct {
	status bank.Status
	code   bank.Code
}

// NewSaid returns an empty one, for the lines of a file to be added.
func NewSaid() *Said {
	return &Said{kindOf: map[kind]uint16{}, odd: map[int]bank.Result{}, proved: map[int]*bank.Proof{}}
}

// oddest is how many lines may name no payment of their batch. A file with
// more is not about the batch that it names.
const oddest = 100_000

// Add adds a line. It returns fault.Invalid when far too many are odd.
func (s *Said) Add(r bank.Result) error {
	if r.Proof != nil {
		s.proved[len(s.lines)] = r.Proof
	}
	p := packed{at: r.At.UnixMilli(), amount: r.Amount, line: int32(r.Line)}
	number, no, ok := cutReference(r.Reference)
	if ok && s.number == "" {
		s.number = strings.Clone(number) // of the file's whole line
	}
	if ok && number == s.number && s.kind(&p, kind{r.Status, r.Code}) {
		p.no = no
	} else {
		r.Proof = nil
		r.Reference, r.Status, r.Code = strings.Clone(r.Reference), bank.Status(strings.Clone(string(r.Status))), bank.Code(strings.Clone(string(r.Code)))
		if s.odd[len(s.lines)] = r; len(s.odd) > oddest {
			return fault.Invalid("delivery.file_odd", "line", r.Line, "most", oddest)
		}
	}
	s.lines = append(s.lines, p)
	return nil
}

// kind gives a line its status and code, if there are not too many of them.
func (s *Said) kind(p *packed, k kind) bool {
	n, known := s.kindOf[k]
	if !known {
		const enough = 1000 // of a bank there are a dozen
		if len(s.kinds) == enough {
			return false
		}
		k = kind{bank.Status(strings.Clone(string(k.status))), bank.Code(strings.Clone(string(k.code)))}
		n = uint16(len(s.kinds))
		s.kinds, s.kindOf[k] = append(s.kinds, k), n
	}
	p.kind = n
	return true
}

// Len returns how many lines there are.
func (s *Said) Len() int { return len(s.lines) }

// At returns the i-th line, as it was added.
func (s *Said) At(i int) bank.Result {
	p := &s.lines[i]
	r, odd := s.odd[i]
	if !odd {
		k := s.kinds[p.kind]
		r = bank.Result{Line: int(p.line), Reference: Reference(s.number, int64(p.no)), Status: k.status, Code: k.code, Amount: p.amount,
			At: time.UnixMilli(p.at).UTC()}
	}
	r.Proof = s.proved[i]
	return r
}

// line returns which line of a list the i-th line names; false for none.
func (s *Said) line(i int, number string, lines int64) (int64, bool) {
	n := int64(s.lines[i].no)
	return n, n > 0 && n <= lines && s.number == number
}

func (s *Said) status(i int) bank.Status { return s.kinds[s.lines[i].kind].status }

// alike reports whether two lines say the same of a payment.
func (s *Said) alike(i, j int) bool {
	a, b := &s.lines[i], &s.lines[j]
	return a.kind == b.kind && a.amount == b.amount
}

// cutReference cuts a reference into its list's number and its line, if it is
// written as Reference writes it.
func cutReference(reference string) (number string, line int32, ok bool) {
	const digits = 6
	i := strings.LastIndexByte(reference, '-')
	if i < 1 {
		return "", 0, false
	}
	tail := reference[i+1:]
	n, err := strconv.ParseUint(tail, 10, 31)
	canonical := len(tail) == digits || len(tail) > digits && tail[0] != '0'
	return reference[:i], int32(n), err == nil && n > 0 && canonical
}
