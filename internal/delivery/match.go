package delivery

import (
	"iter"
	"slices"

	"gotong/internal/bank"
)

// Verdict is what reconciliation makes of one line of a return file.
type Verdict string

// The verdicts.
const (
	Matched   Verdict = "matched"   // it settles a line of the list
	Explained Verdict = "explained" // it says what is known already
	Queued    Verdict = "queued"    // two people must look at it
)

// Why a line of a return file is explained or queued.
const (
	Repeated      Code = "repeated"       // the same was said before
	Contradiction Code = "contradiction"  // the file says two things of one line
	UnknownLine   Code = "unknown_line"   // the list has no such line
	NeverSent     Code = "never_sent"     // the line was held, not sent
	UnknownStatus Code = "unknown_status" // neither credited nor returned
	UnknownCode   Code = "unknown_code"   // returned for a reason that is not known
	AmountDiffers Code = "amount_differs"
	LateReturn    Code = "late_return" // credited before, now returned
	LateCredit    Code = "late_credit" // returned before, now credited

	CreditAfterReissue Code = "credit_after_reissue" // returned, paid again, and now credited too
	CreditAfterRemit   Code = "credit_after_remit"   // returned, remitted, and now credited too
	EarlyUse           Code = "early_use"            // used, though no credit is known
	LateUse            Code = "late_use"             // used after it was called back
	PartlyUsed         Code = "partly_used"          // some of it; explained
	NotYet             Code = "not_yet"              // nothing is settled; explained
	DoubleProof        Code = "double_proof"         // paid before, by another proof
)

// QueueCodes lists why a line of a return file may be queued.
var QueueCodes = []Code{Contradiction, UnknownLine, NeverSent, UnknownStatus, UnknownCode, AmountDiffers, LateReturn, LateCredit,
	CreditAfterReissue, CreditAfterRemit, EarlyUse, LateUse, DoubleProof}

// Finding is a line of a return file with what was made of it.
type Finding struct {
	bank.Result
	LineNo  int64 // of the list; 0 when there is none
	Verdict Verdict
	Reason  Code   // why it is explained or queued
	From    Status // what a matched line was
	To      Status // and becomes
}

// Matches are the verdicts on a return file: each of its lines has one, and
// none is left out. They are worked out anew whenever they are gone through,
// since to keep them all would take more room than the file itself.
type Matches struct {
	number   string
	lines    *States
	said     *Said
	first    []int32      // line of the list → 1 + which line of the file speaks of it first
	disputed []uint64     // lines of the list of which the file says two things, one bit each
	doubled  map[int]bool // lines of the file that another proof contradicts
}

// Match judges every line of a return file against how a list's lines stand.
func Match(number string, lines *States, said *Said) *Matches {
	m := &Matches{number: number, lines: lines, said: said, first: make([]int32, lines.Len()+1), disputed: make([]uint64, lines.Len()/64+1)}
	for i := range said.Len() {
		n, ok := said.line(i, number, lines.Len())
		switch {
		case !ok:
		case m.first[n] == 0:
			m.first[n] = int32(i) + 1
		case !m.early(n, i) && !said.alike(int(m.first[n])-1, i):
			m.disputed[n/64] |= 1 << (n % 64)
		}
	}
	return m
}

// All gives every line of the file with its verdict, in the file's order.
func (m *Matches) All() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for i := range m.said.Len() {
			if !yield(m.of(i)) {
				return
			}
		}
	}
}

// of judges the i-th line of the file.
func (m *Matches) of(i int) Finding {
	f := Finding{Result: m.said.At(i)}
	n, ok := m.said.line(i, m.number, m.lines.Len())
	if !ok {
		f.Verdict, f.Reason = Queued, UnknownLine
		return f
	}
	f.LineNo = n
	switch {
	case int(m.first[n]) == i+1:
		if f.Verdict, f.Reason, f.To = judge(m.lines.Of(n), f.Result); f.Verdict == Matched {
			f.From = m.lines.Of(n).Status
		}
	case m.early(n, i):
		f.Verdict, f.Reason = Queued, EarlyUse // the credit comes first, and then its use
	default:
		f.Verdict, f.Reason = Explained, Repeated
	}
	switch {
	case m.disputed[n/64]&(1<<(n%64)) != 0:
		f.Verdict, f.Reason, f.To = Queued, Contradiction, ""
	case m.doubled[i]:
		f.Verdict, f.Reason, f.To = Queued, DoubleProof, ""
	}
	return f
}

// early reports whether the i-th line says that a payment was used which the
// same file says was credited.
func (m *Matches) early(n int64, i int) bool {
	return m.said.status(i) == bank.Used && m.said.status(int(m.first[n])-1) == bank.Credited
}

// judge says what one statement means for one line.
func judge(l LineState, r bank.Result) (Verdict, Code, Status) {
	switch {
	case r.Status == bank.Pending:
		return judgePending(l, r)
	case r.Status != bank.Returned && r.Status != bank.Credited && r.Status != bank.Used:
		return Queued, UnknownStatus, ""
	case r.Status != bank.Returned && r.Code != bank.NoCode:
		return Queued, Contradiction, "" // credited, and yet a reason why not
	case r.Status == bank.Used:
		return judgeUse(l, r)
	case r.Status == bank.Returned && !slices.Contains(bank.Codes, r.Code):
		return Queued, UnknownCode, ""
	}
	to := Credited
	if r.Status == bank.Returned {
		to = ReturnedIt
	}
	if r.Amount != l.Amount && (l.Short == 0 || r.Amount != l.Amount-l.Short) {
		return Queued, AmountDiffers, ""
	}
	inAccount := l.Status == Credited || l.Status == Taken || l.Status == Unclaimed
	cameBack := l.Status == ReturnedIt || l.Status == Reissued || l.Status == Remitted
	switch {
	case l.Status == OnTheWay, l.Status == Unclaimed && to == ReturnedIt:
		return Matched, "", to
	case inAccount && to == Credited, cameBack && to == ReturnedIt:
		return Explained, Repeated, ""
	case inAccount:
		return Queued, LateReturn, ""
	case l.Status == Reissued:
		return Queued, CreditAfterReissue, ""
	case l.Status == Remitted:
		return Queued, CreditAfterRemit, ""
	case cameBack:
		return Queued, LateCredit, ""
	default:
		return Queued, NeverSent, ""
	}
}

// judgePending says what it means that a payment waits at the channel.
func judgePending(l LineState, r bank.Result) (Verdict, Code, Status) {
	switch {
	case r.Code != bank.NoCode:
		return Queued, Contradiction, ""
	case r.Amount != l.Amount && (l.Short == 0 || r.Amount != l.Amount-l.Short):
		return Queued, AmountDiffers, ""
	case l.Status == OnTheWay, l.Status == Credited, l.Status == Taken, l.Status == Unclaimed, l.Status == ReturnedIt, l.Status == Reissued, l.Status == Remitted:
		return Explained, NotYet, ""
	default:
		return Queued, NeverSent, ""
	}
}

// judgeUse says what it means that a recipient used money.
func judgeUse(l LineState, r bank.Result) (Verdict, Code, Status) {
	net := l.Amount - l.Short
	switch {
	case l.Status == Taken && r.Amount <= net:
		return Explained, Repeated, ""
	case l.Status == OnTheWay || l.Status == ReturnedIt || l.Status == Reissued || l.Status == Remitted:
		return Queued, EarlyUse, ""
	case r.Amount > net:
		return Queued, AmountDiffers, ""
	case l.Status == Credited && r.Amount < net:
		return Explained, PartlyUsed, ""
	case l.Status == Credited:
		return Matched, "", Taken
	case l.Status == Unclaimed:
		return Queued, LateUse, ""
	default:
		return Queued, NeverSent, ""
	}
}
