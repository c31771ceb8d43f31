package registry

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/nik"
)

// A checked row on its way from the reading of its file to its family. It is
// written by the program for itself, in one run, so it has no version.

// rowWriter writes rows.
type rowWriter struct{ b []byte }

func (w *rowWriter) text(s string) {
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *rowWriter) number(n int64) { w.b = binary.AppendVarint(w.b, n) }

func (w *rowWriter) flags(all ...bool) {
	var x byte
	for i, f := range all {
		if f {
			x |= 1 << i
		}
	}
	w.b = append(w.b, x)
}

// facts writes their length in front, so that who does not need them passes
// over them.
func (w *rowWriter) facts(f indicator.Facts) {
	at := len(w.b)
	w.b = append(w.b, make([]byte, lengthBytes)...)
	w.b = f.AppendPack(w.b)
	binary.LittleEndian.PutUint32(w.b[at:], uint32(len(w.b)-at-lengthBytes))
}

const lengthBytes = 4

func (w *rowWriter) pending(days []pendingDay) {
	w.number(int64(len(days)))
	for _, d := range days {
		w.number(int64(d.column))
		w.text(d.text)
	}
}

func (w *rowWriter) family(r *familyRow, facts indicator.Facts, days []pendingDay) {
	w.flags(false, r.bad)
	w.number(int64(r.row))
	for _, s := range [...]string{r.key, string(r.kk), r.area, r.address, r.rt, r.rw} {
		w.text(s)
	}
	w.number(int64(r.observed))
	w.facts(facts)
	w.pending(days)
}

func (w *rowWriter) member(r *memberRow, facts indicator.Facts, days []pendingDay) {
	w.flags(true, r.bad, r.bornKnown, r.female)
	w.number(int64(r.row))
	for _, s := range [...]string{r.key, string(r.nik), r.name, r.mother, r.account, r.bank} {
		w.text(s)
	}
	w.number(int64(r.born))
	w.number(r.relation)
	w.facts(facts)
	w.pending(days)
}

// rowReader reads what rowWriter wrote. Texts are cut from one string.
type rowReader struct {
	text string
	at   int // what is read next
	err  error
}

// newRowReader returns a reader of rows, which are not to be changed any more.
func newRowReader(rows []byte) *rowReader {
	return &rowReader{text: unsafe.String(unsafe.SliceData(rows), len(rows))}
}

func (r *rowReader) more() bool { return r.at < len(r.text) && r.err == nil }

var errRows = errors.New("registry: rows of an import are damaged")

func (r *rowReader) damaged() { r.at, r.err = len(r.text), errRows }

func (r *rowReader) uvarint() uint64 {
	if r.at < len(r.text) {
		if c := r.text[r.at]; c < 0x80 {
			r.at++
			return uint64(c)
		}
	}
	return r.longer()
}

func (r *rowReader) longer() uint64 {
	var x uint64
	for i := 0; r.at+i < len(r.text) && i < binary.MaxVarintLen64; i++ {
		c := r.text[r.at+i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.at += i + 1
			return x
		}
	}
	r.damaged()
	return 0
}

func (r *rowReader) number() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *rowReader) word() string { return r.cut(r.uvarint()) }

func (r *rowReader) cut(n uint64) string {
	if n > uint64(len(r.text)-r.at) {
		r.damaged()
		return ""
	}
	s := r.text[r.at : r.at+int(n)]
	r.at += int(n)
	return s
}

func (r *rowReader) flags() byte {
	if r.at >= len(r.text) {
		r.err = errRows
		return 0
	}
	x := r.text[r.at]
	r.at++
	return x
}

func (r *rowReader) facts() packed {
	if len(r.text)-r.at < lengthBytes {
		r.damaged()
		return ""
	}
	n := uint64(four(r.text[r.at:]))
	r.at += lengthBytes
	return packed(r.cut(n))
}

func (r *rowReader) pending() []pendingDay {
	n := r.number()
	var days []pendingDay
	for ; n > 0 && r.err == nil; n-- {
		days = append(days, pendingDay{column: int(r.number()), text: r.word()})
	}
	return days
}

// one reads the next row, of either file, and calls the function for it.
func (r *rowReader) one(family func(familyRow, []pendingDay), member func(memberRow, []pendingDay)) {
	flags := r.flags()
	bad := flags&2 != 0
	if flags&1 == 0 {
		f := familyRow{bad: bad, row: int(r.number()), key: r.word(), kk: nik.Number(r.word()), area: r.word(), address: r.word(), rt: r.word(), rw: r.word()}
		f.observed = civil.Date(r.number())
		f.facts = r.facts()
		days := r.pending()
		if r.err == nil {
			family(f, days)
		}
		return
	}
	m := memberRow{bad: bad, bornKnown: flags&4 != 0, female: flags&8 != 0, row: int(r.number()), key: r.word(), nik: nik.Number(r.word()),
		name: r.word(), mother: r.word(), account: r.word(), bank: r.word()}
	m.born = civil.Date(r.number())
	m.relation = r.number()
	m.facts = r.facts()
	days := r.pending()
	if r.err == nil {
		member(m, days)
	}
}
