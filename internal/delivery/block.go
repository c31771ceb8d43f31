package delivery

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gotong/internal/ident"
)

// blocks knows who is not to be paid at present.
type blocks struct {
	codes map[ident.ID]Code // of families and of persons
	areas []string          // beginnings of the areas that a hold stands on
}

// blocked asks who in a list's area is not to be paid at present.
func (s *Service) blocked(ctx context.Context, l *PayList) (*blocks, error) {
	b := &blocks{codes: map[ident.ID]Code{}}
	err := s.Standing.Blocked(ctx, l.Programme, l.Area, func(one Block) error {
		b.codes[cmp.Or(one.PersonID, one.FamilyID)] = one.Code
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b, s.standing(ctx, l, b)
}

// line returns why a line with its parts must not be paid, "" when it may.
func (b *blocks) line(i *Instruction) Code {
	if c := cmp.Or(b.codes[i.FamilyID], b.codes[i.PersonID], b.codes[i.PayeeID]); c != "" {
		return c
	}
	for _, p := range i.Parts {
		if c := b.codes[p.Beneficiary]; c != "" {
			return c
		}
	}
	for _, a := range b.areas {
		if strings.HasPrefix(i.Area, a) {
			return OnHold
		}
	}
	return ""
}

// survey reads a list's lines of a status once, and finds their digest, their
// sum, and which of them must not be paid.
type survey struct {
	digest [32]byte // of all of them
	sum    Sum
	moves  []LineMove // those that must not be paid, by number
	lines  map[int64]*Instruction
	clean  [32]byte // digest of those that may be paid
}

// survey looks at the lines of a status. With no blocks, none are held.
func (s *Service) survey(ctx context.Context, l *PayList, status Status, b *blocks) (*survey, error) {
	v := &survey{lines: map[int64]*Instruction{}}
	// A line may be blocked by the beneficiary of a part, so parts come first.
	codes := map[int64]Code{}
	type numbered struct {
		line int64
		part Part
	}
	var parts []numbered
	err := s.Store.Parts(ctx, l.ID, status, func(line int64, p Part) error {
		parts = append(parts, numbered{line, p})
		if c := b.codes[p.Beneficiary]; c != "" && codes[line] == "" {
			codes[line] = c
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all, clean := NewDigester(), NewDigester()
	err = s.Store.Lines(ctx, l.ID, status, func(i *Instruction) error {
		v.sum.Lines++
		v.sum.Total += i.Amount
		all.Line(i)
		if c := cmp.Or(b.line(i), codes[i.LineNo]); c != "" {
			kept := *i
			kept.Code = c
			codes[i.LineNo] = c
			v.lines[i.LineNo] = &kept
			v.moves = append(v.moves, LineMove{LineNo: i.LineNo, Code: c})
		} else {
			clean.Line(i)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		all.Part(p.line, p.part)
		if codes[p.line] == "" {
			clean.Part(p.line, p.part)
		}
	}
	v.digest, v.clean = all.Sum(l), clean.Sum(l)
	slices.SortFunc(v.moves, func(a, b LineMove) int { return cmp.Compare(a.LineNo, b.LineNo) })
	return v, nil
}

// held adds up the lines that must not be paid.
func (v *survey) held() Sum {
	var sum Sum
	for _, i := range v.lines {
		sum.Lines++
		sum.Total += i.Amount
	}
	return sum
}

// payable adds up the lines that may be paid.
func (v *survey) payable() Sum {
	h := v.held()
	return Sum{v.sum.Lines - h.Lines, v.sum.Total - h.Total}
}

// exception opens the exception of a held line.
func (s *Service) exception(l *PayList, i *Instruction) Exception {
	return Exception{ID: s.IDs.New(), Area: i.Area, ListID: l.ID, LineNo: i.LineNo, FamilyID: i.FamilyID,
		Code: i.Code, Amount: i.Amount, OpenedAt: s.now(), Status: Open}
}

// exceptions opens the exceptions of the lines that must not be paid.
func (s *Service) exceptions(l *PayList, v *survey) []Exception {
	all := make([]Exception, 0, len(v.moves))
	for _, m := range v.moves {
		all = append(all, s.exception(l, v.lines[m.LineNo]))
	}
	return all
}
