package delivery

import (
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
)

// QueueCodes lists why a line of a return file may be queued.
var QueueCodes = []Code{Contradiction, UnknownLine, NeverSent, UnknownStatus, UnknownCode, AmountDiffers, LateReturn, LateCredit}

// Finding is a line of a return file with what was made of it.
type Finding struct {
	bank.Result
	LineNo  int64 // of the list; 0 when there is none
	Verdict Verdict
	Reason  Code   // why it is explained or queued
	To      Status // what a matched line becomes
}

// Match judges every line of a return file against a list whose line n stands
// at lines[n-1]. Each line gets a verdict; none is left out.
func Match(number string, lines []LineState, results []bank.Result) []Finding {
	findings := make([]Finding, len(results))
	first := map[int64]int{}     // line of the list → index of its first finding
	disputed := map[int64]bool{} // lines of which the file says two things
	for i, r := range results {
		f := Finding{Result: r}
		n, ok := ParseReference(number, r.Reference)
		if !ok || n > int64(len(lines)) {
			f.Verdict, f.Reason = Queued, UnknownLine
			findings[i] = f
			continue
		}
		f.LineNo = n
		if j, again := first[n]; again {
			f.Verdict, f.Reason = Explained, Repeated
			if one := findings[j]; one.Status != r.Status || one.Result.Code != r.Code || one.Amount != r.Amount {
				disputed[n] = true
			}
		} else {
			first[n] = i
			f.Verdict, f.Reason, f.To = judge(lines[n-1], r)
		}
		findings[i] = f
	}
	for i := range findings {
		if disputed[findings[i].LineNo] {
			findings[i].Verdict, findings[i].Reason, findings[i].To = Queued, Contradiction, ""
		}
	}
	return findings
}

// judge says what one statement means for one line.
func judge(l LineState, r bank.Result) (Verdict, Code, Status) {
	var to Status
	switch {
	case r.Status == bank.Credited && r.Code == bank.NoCode:
		to = Credited
	case r.Status == bank.Credited:
		return Queued, Contradiction, "" // credited, and yet a reason why not
	case r.Status != bank.Returned:
		return Queued, UnknownStatus, ""
	case !slices.Contains(bank.Codes, r.Code):
		return Queued, UnknownCode, ""
	default:
		to = ReturnedIt
	}
	if r.Amount != l.Amount {
		return Queued, AmountDiffers, ""
	}
	cameBack := l.Status == ReturnedIt || l.Status == Reissued || l.Status == Remitted
	switch {
	case l.Status == OnTheWay:
		return Matched, "", to
	case l.Status == Credited && to == Credited, cameBack && to == ReturnedIt:
		return Explained, Repeated, ""
	case l.Status == Credited:
		return Queued, LateReturn, ""
	case cameBack:
		return Queued, LateCredit, ""
	default:
		return Queued, NeverSent, ""
	}
}
