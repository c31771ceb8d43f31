package delivery

import (
	"slices"

	"gotong/internal/money"
)

// LineState is what reconciliation knows of a line of a list.
type LineState struct {
	Amount money.Rupiah
	Short  money.Rupiah
	Status Status
}

// States is how every line of a list stands: line n was the n-th to be
// added. 9 bytes a line.
type States struct {
	amounts  []money.Rupiah
	statuses []uint8                // places in Statuses
	short    map[int64]money.Rupiah // of the few of which something fell short
}

// Add adds the next line.
func (s *States) Add(l LineState) {
	s.amounts = append(s.amounts, l.Amount)
	s.statuses = append(s.statuses, uint8(slices.Index(Statuses, l.Status)))
	if l.Short != 0 {
		if s.short == nil {
			s.short = map[int64]money.Rupiah{}
		}
		s.short[s.Len()] = l.Short
	}
}

// Len returns how many lines there are.
func (s *States) Len() int64 { return int64(len(s.amounts)) }

// Of returns how a line stands.
func (s *States) Of(line int64) LineState {
	return LineState{Amount: s.amounts[line-1], Short: s.short[line], Status: Statuses[s.statuses[line-1]]}
}
