package linkagetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/linkage"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

func testScope(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 6)
	// One pair inside a village, one across to another, one wholly elsewhere.
	across, elsewhere := b.pair(t, backend, p[0], p[3], 30000), b.pair(t, backend, p[4], p[5], 20000)
	own := registrytest.As(access.Officer, p[0].Area)
	record := func(s linkage.Side) *registry.Dossier {
		d, err := b.Register.Family(registrytest.Officer(), s.Family, access.PurposeVerification)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rows := b.list(t, own, everybody)
	if len(rows) != 1 || rows[0].ID != across.ID {
		t.Fatalf("%d pairs are seen", len(rows))
	}
	r, err := b.Candidate(own, across.ID)
	if err != nil {
		t.Fatal(err)
	}
	for about, c := range map[string]linkage.Candidate{"list": rows[0], "desk": r.Candidate} {
		mine, other := c.Left, c.Right
		if c.Right.Person == p[0].Person {
			mine, other = other, mine
		}
		if !mine.Shown || mine.Name != record(p[0]).Members[0].Name {
			t.Errorf("%s: the person of one's own area is not shown", about)
		}
		blank := linkage.Side{Person: p[3].Person, Family: p[3].Family, Area: p[3].Area}
		if diff := cmp.Diff(blank, other); diff != "" {
			t.Errorf("%s: of the person of another area is shown: %s", about, diff)
		}
	}
	text := fmt.Sprintf("%+v", r)
	if d := record(p[3]); strings.Contains(text, d.Members[0].Name+" ") || d.Family.Address != record(p[0]).Family.Address && strings.Contains(text, d.Family.Address) {
		t.Error("something of the other area leaks")
	}
	if n, err := b.Count(own, everybody); err != nil || n != 1 {
		t.Errorf("%d counted, %v", n, err)
	}
	if rows := b.list(t, own, linkage.Filter{Area: p[3].Area}); len(rows) != 0 {
		t.Error("the place of the other side can be asked for by filter")
	}
	_, err = b.Candidate(own, elsewhere.ID)
	isKind(t, "looking at another area's pair", err, fault.KindNotFound)
	isKind(t, "deciding another area's pair", b.Decide(own, elsewhere.ID, linkage.Apart, ""), fault.KindNotFound)
	isKind(t, "undoing another area's pair", b.Undo(own, elsewhere.ID), fault.KindNotFound)
	close := map[bool]linkage.Decision{true: linkage.KeepLeft, false: linkage.KeepRight}[across.Left.Person == p[0].Person]
	isKind(t, "closing another area's record", b.Decide(own, across.ID, close, ""), fault.KindForbidden)
	give := map[bool]linkage.Decision{true: linkage.KeepRight, false: linkage.KeepLeft}[across.Left.Person == p[0].Person]
	if err := b.Decide(own, across.ID, linkage.Apart, ""); err != nil || len(b.saidApart(t)) != 1 {
		t.Errorf("two people, said by who sees one of them: the register remembers %d, %v", len(b.saidApart(t)), err)
	}
	if err := b.Undo(own, across.ID); err != nil || len(b.saidApart(t)) != 0 {
		t.Errorf("taken back, the register remembers %d, %v", len(b.saidApart(t)), err)
	}
	if err := b.Decide(own, across.ID, give, ""); err != nil {
		t.Errorf("closing one's own record for another area's: %v", err)
	}
	nobody := registrytest.As(access.Officer)
	if rows := b.list(t, nobody, everybody); len(rows) != 0 {
		t.Error("somebody without an area sees pairs")
	}
}

func testPermissions(t *testing.T, backend Backend, b *Bench) {
	p := b.sides(t, 2)
	c := b.pair(t, backend, p[0], p[1], 30000)
	for _, role := range access.Roles {
		ctx := access.With(context.Background(), access.Actor{Login: "x", Roles: []access.Role{role}, Scope: access.Nation()})
		actor, _ := access.From(ctx)
		_, list := b.List(ctx, everybody, linkage.Cursor{}, 10)
		_, count := b.Count(ctx, everybody)
		_, look := b.Candidate(ctx, c.ID)
		_, plan := b.Plan(ctx, .995, "")
		_, all := b.ConfirmAll(ctx, .995, "", "x", "")
		_, find := b.Find(ctx, run.Silent{})
		_, value := b.Value(ctx)
		var export error
		for _, err := range b.All(ctx, everybody) {
			export = err
		}
		for about, got := range map[string]struct {
			err   error
			needs []access.Permission
		}{
			"list":    {list, []access.Permission{access.SeeDuplicates}},
			"count":   {count, []access.Permission{access.SeeDuplicates}},
			"look":    {look, []access.Permission{access.SeeDuplicates}},
			"export":  {export, []access.Permission{access.SeeDuplicates, access.Export}},
			"plan":    {plan, []access.Permission{access.ResolveDuplicates}},
			"confirm": {all, []access.Permission{access.ResolveDuplicates}},
			"decide":  {b.Decide(ctx, c.ID, "neither", ""), []access.Permission{access.ResolveDuplicates}},
			"undo":    {b.Undo(ctx, c.ID), []access.Permission{access.ResolveDuplicates}},
			"value":   {value, []access.Permission{access.StartRuns}},
			"find":    {find, []access.Permission{access.SeeDuplicates, access.StartRuns, access.SeeFamilies}},
		} {
			may := true
			for _, need := range got.needs {
				may = may && actor.Can(need)
			}
			if refused := fault.Is(got.err, fault.KindForbidden); refused == may {
				t.Errorf("%s may %s: %v, but %v", role, about, may, got.err)
			}
		}
	}
}
