package delivery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"

	"gotong/internal/ident"
)

// Digester digests what a list would pay: its planned lines and their parts.
// Held lines are left out, so that holding one changes the digest, and with
// it voids a check. Account numbers enter by their blind index: a digest of a
// short list must not be a way to guess them.
type Digester struct {
	lines, parts hash.Hash
	buffer       []byte
}

// NewDigester returns an empty Digester.
func NewDigester() *Digester { return &Digester{lines: sha256.New(), parts: sha256.New()} }

// Line adds a line; lines come in their order.
func (d *Digester) Line(i *Instruction) {
	b := strconv.AppendInt(d.buffer[:0], i.LineNo, 10)
	for _, id := range []ident.ID{i.FamilyID, i.PersonID, i.PayeeID} {
		b = append(b, '|')
		b = hex.AppendEncode(b, id[:])
	}
	b = append(b, '|')
	b = strconv.AppendQuote(b, i.Bank)
	b = append(b, '|')
	b = hex.AppendEncode(b, i.Blind)
	b = append(b, '|')
	b = strconv.AppendQuote(b, i.Holder)
	b = append(b, '|')
	b = strconv.AppendInt(b, int64(i.Amount), 10)
	b = append(b, '\n')
	d.lines.Write(b)
	d.buffer = b
}

// Part adds a part of a line; parts come in the order of line, beneficiary,
// component and period.
func (d *Digester) Part(line int64, p Part) {
	b := strconv.AppendInt(d.buffer[:0], line, 10)
	b = append(b, '|')
	b = hex.AppendEncode(b, p.Beneficiary[:])
	b = append(b, '|')
	b = strconv.AppendQuote(b, p.Component)
	b = append(b, '|')
	b = strconv.AppendInt(b, int64(p.Amount), 10)
	if p.Period != (Period{}) {
		b = append(b, '|')
		b = append(b, p.Period.String()...)
	}
	b = append(b, '\n')
	d.parts.Write(b)
	d.buffer = b
}

// Sum returns the digest of the list.
func (d *Digester) Sum(l *PayList) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "gotong pay list 1\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%x\n%x\n",
		l.Number, l.Programme, l.Version, l.Period, l.Determination, l.Area, l.Means, d.lines.Sum(nil), d.parts.Sum(nil)))
}

// handMessage is what the installation signs for one person's act on a list.
func handMessage(act string, l *PayList, h Hand) []byte {
	return fmt.Appendf(nil, "gotong pay list\n%s\n%s\n%s\n%x\n%s\n%d\n", act, l.ID, l.Number, h.Digest, h.By, h.At.UnixMilli())
}
