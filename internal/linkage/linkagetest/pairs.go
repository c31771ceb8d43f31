package linkagetest

import (
	"context"
	"strings"
	"testing"

	"gotong/internal/linkage"
	"gotong/internal/registry/registrytest"
)

func (b *Bench) pair(t testing.TB, backend Backend, x, y linkage.Side, score int32) linkage.Candidate {
	t.Helper()
	if strings.Compare(string(x.Person[:]), string(y.Person[:])) > 0 {
		x, y = y, x
	}
	c := linkage.Candidate{ID: b.Register.IDs.New(), Left: x, Right: y, Score: score, Probability: .995, Same: true,
		Pieces: []linkage.Piece{{Field: "name", Level: "same", Bits: score}}, Status: linkage.Open, FoundAt: registrytest.Start}
	err := backend.Unit.Write(registrytest.Officer(), func(ctx context.Context) error {
		return b.Pairs.Add(ctx, []linkage.Candidate{c})
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *Bench) sides(t testing.TB, n int) []linkage.Side {
	t.Helper()
	var all []linkage.Side
	for _, r := range registrytest.Everything(t, b.Register) {
		all = append(all, linkage.Side{Person: r.Members[0].ID, Family: r.Family.ID, Area: r.Family.Area})
	}
	step := len(all) / n
	out := make([]linkage.Side, n)
	for i := range out {
		out[i] = all[i*step]
	}
	return out
}
