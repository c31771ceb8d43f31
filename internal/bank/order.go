package bank

import (
	"io"
	"strconv"
	"time"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// Payment is one credit that is asked for.
type Payment struct {
	Reference string // ours; comes back in the return file
	Bank      string // code of the recipient's bank
	Account   string // number, as text: leading zeros count
	Holder    string
	Amount    money.Rupiah
}

// Order is an order file.
type Order struct {
	Batch    string
	Cut      int       // 2 for a file that replaces the first one of its batch; 0 is 1
	At       time.Time // when the money was let go; CSV does not say
	Payer    Payer     // CSV does not say
	Payments []Payment
}

// File names a file of an order: its batch, and from the second cut on which
// one it is. The batch stays: by it a bank that has an earlier file refuses
// this one, instead of paying both.
func (o Order) File() string {
	if o.Cut < 2 {
		return o.Batch
	}
	return o.Batch + "." + strconv.Itoa(o.Cut)
}

// Total returns the sum of the payments.
func (o Order) Total() money.Rupiah {
	var sum money.Rupiah
	for _, p := range o.Payments {
		sum += p.Amount
	}
	return sum
}

var orderHeader = []string{"jenis", "batch", "referensi", "bank", "rekening", "nama", "jumlah", "mata_uang"}

// Bytes writes the file. The same order has the same bytes.
func (o Order) Bytes() []byte {
	w := newWriter(orderHeader)
	for _, p := range o.Payments {
		w.row(detail, o.Batch, p.Reference, tidy(p.Bank), tidy(p.Account), tidy(p.Holder), rupiah(p.Amount), Currency)
	}
	w.row(total, o.Batch, strconv.Itoa(len(o.Payments)), "", "", "", rupiah(o.Total()), Currency)
	return w.bytes()
}

func rupiah(a money.Rupiah) string { return strconv.FormatInt(int64(a), 10) }

// ParseOrder reads an order file. It returns fault.Invalid naming the line
// when the file is malformed, cut off, does not add up, or names a payment
// twice.
func ParseOrder(from io.Reader) (Order, error) {
	r, err := newReader(from, orderHeader)
	if err != nil {
		return Order{}, err
	}
	var o Order
	seen := map[string]bool{}
	for {
		row, err := r.next()
		if err != nil {
			return Order{}, err
		}
		if row == nil {
			return Order{}, fault.Invalid("bank.file.truncated", "line", r.line)
		}
		amount, err := r.amount(row[6])
		if err != nil {
			return Order{}, err
		}
		if err := r.currency(row[7]); err != nil {
			return Order{}, err
		}
		if o.Batch == "" {
			o.Batch = row[1]
		}
		switch {
		case row[1] != o.Batch || o.Batch == "":
			return Order{}, fault.Invalid("bank.file.other_batch", "line", r.line, "batch", row[1])
		case row[0] == total:
			return o, r.closing(row[2], amount, len(o.Payments), o.Total())
		case row[0] != detail:
			return Order{}, fault.Invalid("bank.file.row", "line", r.line, "value", row[0])
		case seen[row[2]] || row[2] == "":
			return Order{}, fault.Invalid("bank.file.twice", "line", r.line, "reference", row[2])
		}
		seen[row[2]] = true
		o.Payments = append(o.Payments, Payment{Reference: row[2], Bank: row[3], Account: row[4], Holder: row[5], Amount: amount})
	}
}

// closing checks the closing row against what was read, and that nothing
// follows it.
func (r *reader) closing(count string, sum money.Rupiah, lines int, want money.Rupiah) error {
	if err := r.sums(count, sum, lines, want); err != nil {
		return err
	}
	switch row, err := r.next(); {
	case err != nil:
		return err
	case row != nil:
		return fault.Invalid("bank.file.after_total", "line", r.line)
	}
	return nil
}

// sums checks what a closing row says against what was read.
func (r *reader) sums(count string, sum money.Rupiah, lines int, want money.Rupiah) error {
	if count != strconv.Itoa(lines) {
		return fault.Invalid("bank.file.count", "line", r.line, "says", shown(count), "have", lines)
	}
	if sum != want {
		return fault.Invalid("bank.file.total", "line", r.line, "says", sum, "have", want)
	}
	return nil
}
