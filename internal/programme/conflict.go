package programme

import (
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/rule"
)

// problem notes what is wrong at a named part of a file that was read.
func (p *Programme) problem(clause, key string, args ...any) *fault.Error {
	at := p.origin.places[clause]
	src := rule.Source{File: p.File, Clause: clause, Place: func(int) (int, int) { return at.line, at.column }}
	return src.Problem(0, key, args...)
}

// conflicts finds exclusions that cannot be meant: of the programme itself, of
// one that is never in force on the same day or that nobody can be found to
// receive, in a circle, and a condition that is asked for and forbidden.
func (s *Set) conflicts() rule.Problems {
	var problems rule.Problems
	for _, p := range s.list() {
		for _, x := range p.Exclusions {
			for _, code := range x.Programmes {
				problems = append(problems, s.excluded(p, x, code)...)
			}
			if x.Rule == nil {
				continue
			}
			for _, c := range p.Clauses {
				if c.Rule != nil && plainly(c.Rule.Text()) == plainly(x.Rule.Text()) {
					problems = append(problems, p.problem(x.ID, "programme.exclusion_contradicts", "clause", c.ID))
				}
			}
		}
	}
	if p, x, path := s.circle(); p != nil {
		problems = append(problems, p.problem(x, "programme.exclusion_circle", "code", p.Code, "path", strings.Join(path, " → ")))
	}
	return problems
}

// excluded says what is wrong with the exclusion of one programme.
func (s *Set) excluded(p *Programme, x Exclusion, code string) rule.Problems {
	versions := s.Versions(code)
	switch {
	case len(versions) == 0 || code == p.Code: // reported as unknown, or as a circle
	case slices.ContainsFunc(versions, func(q *Programme) bool { return q.ByProposal() }):
		return rule.Problems{p.problem(x.ID, "programme.exclusion_proposal", "code", code)}
	case !slices.ContainsFunc(versions, func(q *Programme) bool { return q.InForce.Overlaps(p.InForce) }):
		return rule.Problems{p.problem(x.ID, "programme.exclusion_never", "code", code)}
	}
	return nil
}

// plainly is the text of a rule without its layout.
func plainly(text string) string { return strings.Join(strings.Fields(text), "") }

// circle finds a programme whose exclusions lead back to itself: its
// exclusion that sets out on the way, and the codes on it from end to end.
func (s *Set) circle() (at *Programme, exclusion string, path []string) {
	const onTheWay, done = 1, 2
	state := map[string]int{}
	var way []string
	var visit func(code string) string // the code at which the way comes back, or ""
	visit = func(code string) string {
		if state[code] == onTheWay {
			return code
		}
		if state[code] == done {
			return ""
		}
		state[code] = onTheWay
		way = append(way, code)
		for _, p := range s.Versions(code) {
			for _, x := range p.Exclusions {
				for _, other := range x.Programmes {
					back := visit(other)
					if back == "" {
						continue
					}
					if at == nil || code == back {
						at, exclusion = p, x.ID
					}
					if path == nil {
						path = append(slices.Clone(way[slices.Index(way, back):]), back)
					}
					return back
				}
			}
		}
		state[code] = done
		way = way[:len(way)-1]
		return ""
	}
	for _, p := range s.list() {
		if visit(p.Code) != "" {
			return at, exclusion, path
		}
	}
	return nil, "", nil
}
