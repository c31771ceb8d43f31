package programme

import "slices"

// With returns the set with a further version in it. The version that was in
// force on its first day ends the day before. What is wrong between versions
// comes back as rule.Problems.
func (s *Set) With(p *Programme) (*Set, error) {
	all := slices.Clone(s.list())
	for i, q := range all {
		if q.Code == p.Code && q.InForce.From < p.InForce.From && q.InForce.Contains(p.InForce.From) {
			closed := *q
			last := p.InForce.From - 1
			closed.InForce.To = &last
			all[i] = &closed
		}
	}
	next := newSet(append(all, p))
	if problems := next.across(); len(problems) > 0 {
		return nil, problems
	}
	return next, nil
}

// Adopt takes a further version into the set itself, as With; one that is
// there already changes nothing.
func (s *Set) Adopt(p *Programme) error {
	s.adopting.Lock()
	defer s.adopting.Unlock()
	if slices.ContainsFunc(s.list(), func(q *Programme) bool { return q.Code == p.Code && q.Digest == p.Digest }) {
		return nil
	}
	next, err := s.With(p)
	if err == nil {
		s.versions.Store(next.versions.Load())
	}
	return err
}
