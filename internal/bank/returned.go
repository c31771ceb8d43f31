package bank

import (
	"io"
	"strconv"
	"time"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// Result is one row of a return file.
type Result struct {
	Line      int // of the file, from 1
	Reference string
	Status    Status
	Code      Code
	Amount    money.Rupiah
	At        time.Time
	Proof     *Proof // what the payer shows for it; nil where there is nothing
}

// Return is a return file: what became of some of a batch's payments.
type Return struct {
	Batch   string
	At      time.Time // when the bank made it
	Results []Result
}

// Total returns the sum of the rows.
func (f Return) Total() money.Rupiah {
	var sum money.Rupiah
	for _, r := range f.Results {
		sum += r.Amount
	}
	return sum
}

var returnHeader = []string{"jenis", "batch", "referensi", "status", "kode", "jumlah", "mata_uang", "waktu"}

// Bytes writes the file.
func (f Return) Bytes() []byte {
	w := newWriter(returnHeader)
	for _, r := range f.Results {
		w.row(detail, f.Batch, tidy(r.Reference), string(r.Status), string(r.Code), rupiah(r.Amount), Currency, r.At.UTC().Format(time.RFC3339))
	}
	w.row(total, f.Batch, strconv.Itoa(len(f.Results)), "", "", rupiah(f.Total()), Currency, f.At.UTC().Format(time.RFC3339))
	return w.bytes()
}

// ParseReturn reads a return file. It returns fault.Invalid naming the line
// when the file is malformed, cut off, does not add up, mixes batches or is
// in another currency: such a file is refused whole. A row that is well
// formed but says something unexpected is for reconciliation to judge.
func ParseReturn(from io.Reader) (Return, error) { return collect(from, readReturn) }

func readReturn(from io.Reader, each func(Result) error) (Return, error) {
	r, err := newReader(from, returnHeader)
	if err != nil {
		return Return{}, err
	}
	var f Return
	var sum money.Rupiah
	lines := 0
	for {
		row, err := r.next()
		if err != nil {
			return Return{}, err
		}
		if row == nil {
			return Return{}, fault.Invalid("bank.file.truncated", "line", r.line)
		}
		if f.Batch == "" {
			f.Batch = row[1]
		}
		if row[1] != f.Batch || f.Batch == "" {
			return Return{}, fault.Invalid("bank.file.other_batch", "line", r.line, "batch", row[1])
		}
		amount, err := r.amount(row[5])
		if err != nil {
			return Return{}, err
		}
		if err := r.currency(row[6]); err != nil {
			return Return{}, err
		}
		at, err := time.Parse(time.RFC3339, row[7])
		if err != nil || at.Year() < 2000 || at.Year() > 9000 {
			return Return{}, fault.Invalid("bank.file.time", "line", r.line, "value", row[7])
		}
		switch row[0] {
		case detail:
			var fits bool
			if sum, fits = sum.Add(amount); !fits || sum > most {
				return Return{}, fault.Invalid("bank.file.amount", "line", r.line, "value", row[5])
			}
			lines++
			if err := each(Result{Line: r.line, Reference: row[2], Status: Status(row[3]), Code: Code(row[4]), Amount: amount, At: at.UTC()}); err != nil {
				return Return{}, err
			}
		case total:
			f.At = at.UTC()
			return f, r.closing(row[2], amount, lines, sum)
		default:
			return Return{}, fault.Invalid("bank.file.row", "line", r.line, "value", row[0])
		}
	}
}
