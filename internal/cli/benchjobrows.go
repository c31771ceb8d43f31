package cli

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"

	"gotong/internal/column"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// jobRows are what the job says of each family, in the snapshot's order.
type jobRows struct {
	first   []int             // row of each part's first family
	deciles []*column.Planes  // by part
	answers [][]column.Bitmap // by part and rule; a part begins at a word's edge
	amounts []int64
}

// decilePlanes is how many bits a decile has.
const decilePlanes = 4

func newJobRows(s *snapshot.Snapshot) *jobRows {
	o := &jobRows{amounts: make([]int64, s.Families)}
	at := 0
	for _, p := range s.Parts {
		o.first = append(o.first, at)
		var part []column.Bitmap
		for range jobRules {
			part = append(part, column.NewBitmap(p.Families))
		}
		o.answers = append(o.answers, part)
		deciles := &column.Planes{Rows: p.Families, Step: 1, Known: column.NewBitmap(p.Families)}
		for range decilePlanes {
			deciles.Bits = append(deciles.Bits, column.NewBitmap(p.Families))
		}
		o.deciles = append(o.deciles, deciles)
		at += p.Families
	}
	return o
}

// take evaluates the rules over a stretch and keeps the answers.
func (o *jobRows) take(part int, f *snapshot.Families, rules []*rule.Rule, amount *rule.Rule) {
	at, word := o.first[part]+f.First, f.First/64
	decile := f.Families.Planes["decile"]
	copy(o.deciles[part].Known[word:], decile.Known)
	for k, b := range decile.Bits {
		copy(o.deciles[part].Bits[k][word:], b)
	}
	for i, r := range rules {
		copy(o.answers[part][i][word:], r.Kernel().Truths(&f.Batch).Yes)
	}
	n := f.Families.Rows // an amount is zero where it is not known
	amount.Kernel().NumbersInto(&column.Column{Values: o.amounts[at : at+n], Known: column.NewBitmap(n)}, &f.Batch)
}

// sums returns how many answers of each rule are yes, what the amounts come
// to, and the SHA-256 of the rows: the decile of every family, a byte each and
// 0 where there is none; then the answers, two bytes a family with a bit for
// each rule that is met; then the amounts, eight bytes each. Numbers have
// their lowest byte first.
func (o *jobRows) sums(rules int) (yes []int64, amount int64, digest string) {
	h := sha256.New()
	out := bufio.NewWriterSize(h, 1<<16) // neither of the two ever fails
	for _, p := range o.deciles {
		for _, v := range p.Column().Values {
			_ = out.WriteByte(byte(v))
		}
	}
	yes = make([]int64, rules)
	for part, answers := range o.answers {
		for i := range o.deciles[part].Rows {
			var mask uint16
			for r, b := range answers {
				mask |= uint16(b[i>>6]>>(uint(i)&63)&1) << uint(r)
			}
			_, _ = out.Write(binary.LittleEndian.AppendUint16(nil, mask))
		}
		for r, b := range answers {
			for _, w := range b {
				yes[r] += int64(bits.OnesCount64(w))
			}
		}
	}
	for _, v := range o.amounts {
		amount += v
		_, _ = out.Write(binary.LittleEndian.AppendUint64(nil, uint64(v)))
	}
	_ = out.Flush()
	return yes, amount, hex.EncodeToString(h.Sum(nil))
}
