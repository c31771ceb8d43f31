package determination

import (
	"context"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/targeting"
)

// Reranked returns the trial with its families in the order of another
// ranking of the same snapshot. It shares the facts that t holds, and what t
// found out that does not rest on the ranking. The ranking's files may go once
// it has returned.
func (t *Trial) Reranked(ctx context.Context, r *targeting.Ranking) (*Trial, error) {
	if r.Snapshot != t.input.Snapshot.Digest {
		return nil, fault.Invalid("determination.other_ranking")
	}
	out := &Trial{Area: t.Area, Families: t.Families, Members: t.Members, input: t.input}
	out.input.Ranking = r
	var err error
	if out.lines, err = r.Lines(); err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, err
	}
	for _, part := range t.parts {
		p := &trialPart{index: part.index, facts: part.facts}
		if p.ranks, err = r.Ranks(part.index); err != nil {
			return nil, err
		}
		for _, m := range part.memos {
			p.memos = append(p.memos, m.reranked())
		}
		out.parts = append(out.parts, p)
	}
	t.mu.Lock()
	same := map[string]*tried{}
	for code, x := range t.base {
		if !slices.ContainsFunc(rulesOf(x.programme), asksRank) {
			same[code] = x
		}
	}
	t.mu.Unlock()
	out.base, err = out.decideAll(ctx, t.input.Programmes, same)
	return out, err
}

// rerank is Reranked by a ranking that is kept, or by that one with a model of
// it changed, which is computed for this and kept nowhere.
func (s *Service) rerank(ctx context.Context, t *Trial, by reranking) (*Trial, error) {
	ranking, err := s.Rankings.Open(ctx, by.ranking)
	if err != nil {
		return nil, err
	}
	if by.edit == nil || by.edit.Empty() {
		return t.Reranked(ctx, ranking)
	}
	var out *Trial
	err = s.Rankings.Try(ctx, t.input.Snapshot, ranking, *by.edit, func(r *targeting.Ranking) error {
		out, err = t.Reranked(ctx, r)
		return err
	})
	return out, err
}
