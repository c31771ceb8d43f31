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
			one := findings[j]
			if one.Status == bank.Credited && r.Status == bank.Used {
				f.Verdict, f.Reason = Queued, EarlyUse // the credit comes first, and then its use
			} else if one.Status != r.Status || one.Result.Code != r.Code || one.Amount != r.Amount {
				disputed[n] = true
			}
		} else {
			first[n] = i
			f.Verdict, f.Reason, f.To = judge(lines[n-1], r)
			if f.Verdict == Matched {
				f.From = lines[n-1].Status
			}
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
