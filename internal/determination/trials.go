package determination

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/targeting"
)

// trials keeps the areas that were tried on last in memory, since whoever
// moves a threshold once moves it again.
type trials struct {
	mu   sync.Mutex
	kept []keptTrial // the latest first
}

type keptTrial struct {
	key   trialKey
	trial *Trial
	// reranked is the trial by the other ranking that was asked for last.
	reranked rerankedTrial
}

// trialKey is an area as a determination found it.
type trialKey struct {
	determination ident.ID
	area          string
}

// reranking is another ranking of a trial: one that is kept, or that one with
// a model of it changed.
type reranking struct {
	ranking ident.ID
	edit    *targeting.ModelEdit
}

type rerankedTrial struct {
	ranking ident.ID
	edit    string // as written
	trial   *Trial
}

// trialsKept is how many areas stay. Only the latest stays by another ranking.
const trialsKept = 2

// open returns the area of a question as it is, and as the question ranks it,
// which may be the same.
func (x *trials) open(ctx context.Context, s *Service, h Header, q Question) (t, by *Trial, err error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return nil, nil, err
	}
	if err := triable(actor, q.Area); err != nil {
		return nil, nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	k, err := x.area(ctx, s, h, q.Area)
	if err != nil {
		return nil, nil, err
	}
	want := reranking{ranking: q.Ranking, edit: q.Model}
	if want.ranking.IsZero() {
		want.ranking = h.RankingID
	}
	if want.ranking == h.RankingID && (want.edit == nil || want.edit.Empty()) {
		return k.trial, k.trial, nil
	}
	by, err = k.by(ctx, s, want)
	return k.trial, by, err
}

// area returns an area as a determination found it, and as the latest.
func (x *trials) area(ctx context.Context, s *Service, h Header, area string) (*keptTrial, error) {
	key := trialKey{h.ID, area}
	for i, k := range x.kept {
		if k.key == key && slices.Equal(k.trial.input.Programmes, s.Programmes.InForce(h.AsOf)) {
			x.kept = slices.Insert(slices.Delete(x.kept, i, i+1), 0, k)
			return x.latest(), nil
		}
	}
	t, err := s.Trial(ctx, Args{SnapshotID: h.SnapshotID, RankingID: h.RankingID, AsOf: h.AsOf}, area)
	if err != nil {
		return nil, err
	}
	x.kept = slices.Insert(x.kept[:min(len(x.kept), trialsKept-1)], 0, keptTrial{key: key, trial: t})
	return x.latest(), nil
}

func (x *trials) latest() *keptTrial {
	for i := range x.kept[1:] {
		x.kept[i+1].reranked = rerankedTrial{}
	}
	return &x.kept[0]
}

// by returns the area by another ranking.
func (k *keptTrial) by(ctx context.Context, s *Service, want reranking) (*Trial, error) {
	edit := ""
	if want.edit != nil && !want.edit.Empty() {
		text, err := json.Marshal(want.edit) // keys in order
		if err != nil {
			return nil, err
		}
		edit = string(text)
	}
	if r := k.reranked; r.trial != nil && r.ranking == want.ranking && r.edit == edit {
		return r.trial, nil
	}
	k.reranked = rerankedTrial{} // its memory is for the next
	t, err := s.rerank(ctx, k.trial, want)
	if err != nil {
		return nil, err
	}
	k.reranked = rerankedTrial{want.ranking, edit, t}
	return t, nil
}
