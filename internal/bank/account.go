package bank

import (
	"context"
	"io"
	"strconv"
	"strings"
	"unicode"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// Accounts is a file with a bank's answer about accounts.
type Accounts struct {
	Batch   string
	Answers []Account
}

// Account is what a bank says of one account.
type Account struct {
	Line      int // of the file, from 1
	Reference string
	Code      Code   // why it cannot be paid to; NoCode when it can
	Holder    string // as the bank knows it; "" where it does not say
}

var accountHeader = []string{"jenis", "batch", "referensi", "kode", "nama_bank"}

// Bytes writes the file.
func (f Accounts) Bytes() []byte {
	w := newWriter(accountHeader)
	for _, a := range f.Answers {
		w.row(detail, f.Batch, tidy(a.Reference), string(a.Code), tidy(a.Holder))
	}
	w.row(total, f.Batch, strconv.Itoa(len(f.Answers)), "", "")
	return w.bytes()
}

// ParseAccounts reads a file with a bank's answer about accounts. It returns
// fault.Invalid naming the line when the file is malformed, cut off, mixes
// batches, speaks of a payment twice or gives a reason that is not known.
func ParseAccounts(from io.Reader) (Accounts, error) {
	r, err := newReader(from, accountHeader)
	if err != nil {
		return Accounts{}, err
	}
	var f Accounts
	seen := map[string]bool{}
	for {
		row, err := r.next()
		switch {
		case err != nil:
			return Accounts{}, err
		case row == nil:
			return Accounts{}, fault.Invalid("bank.file.truncated", "line", r.line)
		}
		if f.Batch == "" {
			f.Batch = row[1]
		}
		switch {
		case row[1] != f.Batch || f.Batch == "":
			return Accounts{}, fault.Invalid("bank.file.other_batch", "line", r.line, "batch", row[1])
		case row[0] == total:
			return f, r.closing(row[2], money.Rupiah(0), len(f.Answers), money.Rupiah(0))
		case row[0] != detail:
			return Accounts{}, fault.Invalid("bank.file.row", "line", r.line, "value", row[0])
		case row[2] == "" || seen[row[2]]:
			return Accounts{}, fault.Invalid("bank.file.twice", "line", r.line, "reference", row[2])
		case row[3] != "" && !known(Code(row[3])):
			return Accounts{}, fault.Invalid("bank.file.code", "line", r.line, "value", row[3])
		}
		seen[row[2]] = true
		f.Answers = append(f.Answers, Account{Line: r.line, Reference: row[2], Code: Code(row[3]), Holder: row[4]})
	}
}

func known(c Code) bool {
	for _, k := range Codes {
		if k == c {
			return true
		}
	}
	return false
}

// SameName reports whether two holders are one by their letters: case, points
// and the spaces between do not count.
func SameName(a, b string) bool { return letters(a) == letters(b) }

func letters(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
}

// CheckAccounts answers by the same seed that judges payments, for what a
// bank knows beforehand: that an account does not exist or is another's. That
// one sleeps, or its holder died, turns out when it is paid to.
func (s *Simulated) CheckAccounts(ctx context.Context, o Order) (Accounts, error) {
	f := Accounts{Batch: o.Batch}
	for _, p := range o.Payments {
		a := Account{Reference: p.Reference, Holder: p.Holder}
		switch c := byChance(s.chance("account", p.Bank+p.Account), s.options.Rates); c {
		case WrongAccount:
			a.Code, a.Holder = c, ""
		case NameMismatch:
			a.Code, a.Holder = c, "N N"
		}
		f.Answers = append(f.Answers, a)
	}
	return f, ctx.Err()
}
