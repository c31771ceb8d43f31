package delivery

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/bank"
	"gotong/internal/money"
)

// TestMatchOfWhatIsSaidTwice holds each line of a file to what the file said
// of the same payment before.
func TestMatchOfWhatIsSaidTwice(t *testing.T) {
	const number = "PKH-2026-01-01"
	row := func(line int64, s bank.Status, c bank.Code, amount int64) bank.Result {
		return bank.Result{Reference: Reference(number, line), Status: s, Code: c, Amount: money.Rupiah(amount)}
	}
	kredit, retur, tarik := bank.Credited, bank.Returned, bank.Used
	lines := []LineState{{Amount: 10, Status: OnTheWay}, {Amount: 20, Status: OnTheWay}, {Amount: 30, Status: Credited}}
	type found struct {
		LineNo   int64
		Verdict  Verdict
		Reason   Code
		From, To Status
	}
	for name, c := range map[string]struct {
		rows []bank.Result
		want []found
	}{
		"each once": {[]bank.Result{row(1, kredit, "", 10), row(2, retur, "AC04", 20), row(3, tarik, "", 30)},
			[]found{{1, Matched, "", OnTheWay, Credited}, {2, Matched, "", OnTheWay, ReturnedIt}, {3, Matched, "", Credited, Taken}}},
		"no such line": {[]bank.Result{row(3, kredit, "", 30), row(4, kredit, "", 10)}, []found{{3, Explained, Repeated, "", ""}, {0, Queued, UnknownLine, "", ""}}},
		"the same again": {[]bank.Result{row(1, kredit, "", 10), row(1, kredit, "", 10), row(1, kredit, "", 10)},
			[]found{{1, Matched, "", OnTheWay, Credited}, {1, Explained, Repeated, "", ""}, {1, Explained, Repeated, "", ""}}},
		"another status": {[]bank.Result{row(1, kredit, "", 10), row(1, retur, "", 10), row(2, kredit, "", 20)},
			[]found{{1, Queued, Contradiction, OnTheWay, ""}, {1, Queued, Contradiction, "", ""}, {2, Matched, "", OnTheWay, Credited}}},
		"another code": {[]bank.Result{row(1, retur, "AC01", 10), row(1, retur, "AC04", 10)},
			[]found{{1, Queued, Contradiction, OnTheWay, ""}, {1, Queued, Contradiction, "", ""}}},
		"another amount": {[]bank.Result{row(1, kredit, "", 10), row(1, kredit, "", 11)},
			[]found{{1, Queued, Contradiction, OnTheWay, ""}, {1, Queued, Contradiction, "", ""}}},
		"credited and used": {[]bank.Result{row(1, kredit, "", 10), row(1, tarik, "", 10)},
			[]found{{1, Matched, "", OnTheWay, Credited}, {1, Queued, EarlyUse, "", ""}}},
		"returned and used": {[]bank.Result{row(1, retur, "AC01", 10), row(1, tarik, "AC01", 10)},
			[]found{{1, Queued, Contradiction, OnTheWay, ""}, {1, Queued, Contradiction, "", ""}}},
	} {
		var got []found
		for _, f := range matched(number, lines, c.rows) {
			got = append(got, found{f.LineNo, f.Verdict, f.Reason, f.From, f.To})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
