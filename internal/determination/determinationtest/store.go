// Package determinationtest fixes the meaning of determination.Store.
package determinationtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/work"
)

var id = snapshottest.ID

const village, town = "3172041004", "3674011001"

type suite struct {
	t       *testing.T
	unit    work.Unit
	store   determination.Store
	nation  context.Context
	village context.Context // a scope of one village
}

// Store runs against an empty store; the snapshot and the ranking are kept already.
func Store(t *testing.T, unit work.Unit, s determination.Store, snapshotID, rankingID ident.ID) {
	inVillage := access.System("test")
	inVillage.Scope = access.Areas(village)
	x := &suite{t, unit, s, access.With(context.Background(), access.System("test")), access.With(context.Background(), inVillage)}
	header := func(n int, digest string) determination.Header {
		return determination.Header{ID: id(n), SnapshotID: snapshotID, RankingID: rankingID, State: determination.Computed,
			CreatedAt: time.Date(2025, 7, n, 0, 0, 0, 0, time.UTC), CreatedBy: "system:test", Digest: digest,
			Content: determination.Content{AsOf: snapshottest.AsOf.AddDays(n), Programmes: []determination.ProgrammeResult{{Code: "pkh"}}}}
	}
	x.add(header(1, "a"))
	x.add(header(2, "b"))
	x.headers(header)
	x.rows()
	x.states(header(1, "a"))
	x.notices()
	x.waiting(header(5, "w"))
}

func (x *suite) write(ctx context.Context, fn func(ctx context.Context) error) error {
	return x.unit.Write(ctx, fn)
}

func (x *suite) read(ctx context.Context, fn func(ctx context.Context) error) {
	x.t.Helper()
	if err := x.unit.Read(ctx, fn); err != nil {
		x.t.Fatal(err)
	}
}

func exampleRows() []determination.Row {
	return []determination.Row{
		{Subject: determination.Subject{FamilyID: id(10)}, Area: village, Programme: "pkh", Outcome: determination.Entitled,
			Answers: 0b1010, Queue: 7, Uncertain: true, Annual: 2_900_000, Lines: []determination.GivenLine{
				{Component: "elderly", PersonID: id(11), Annual: 2_000_000}, {Component: "food", Annual: 900_000}}},
		{Subject: determination.Subject{FamilyID: id(10), PersonID: id(11)}, Area: village, Programme: "yapi", Outcome: determination.Undetermined, Answers: 0b0010},
		{Subject: determination.Subject{FamilyID: id(10), PersonID: id(12)}, Area: village, Programme: "yapi", Outcome: determination.Entitled, Annual: 5,
			Lines: []determination.GivenLine{{Component: "at_school", PersonID: id(12), Annual: 5}}},
		{Subject: determination.Subject{FamilyID: id(20)}, Area: town, Programme: "pkh", Outcome: determination.Refused, Answers: 0b0110},
	}
}

func (x *suite) add(h determination.Header) {
	x.t.Helper()
	sums := func() ([]determination.Tally, []determination.Obstacle) {
		return []determination.Tally{
				{Programme: "pkh", Area: village, Outcome: determination.Entitled, Subjects: 1, Annual: 2_900_000},
				{Programme: "pkh", Area: "3172041005", Outcome: determination.Entitled, Subjects: 2, Annual: 100},
				{Programme: "pkh", Area: town, Outcome: determination.Refused, Subjects: 1},
			}, []determination.Obstacle{
				{Programme: "pkh", Area: village, Item: 1, Open: 1, Alone: 1},
				{Programme: "pkh", Area: town, Item: 0, Blocks: 1, Alone: 1},
			}
	}
	err := x.write(x.nation, func(ctx context.Context) error {
		if _, done, err := x.store.Begin(ctx, h); err != nil || done != 0 {
			return fmt.Errorf("begun with %d steps: %w", done, err)
		}
		if _, err := x.store.Header(ctx, h.ID); !fault.Is(err, fault.KindNotFound) {
			x.t.Errorf("seen before it is whole: %v", err)
		}
		to, err := x.store.AddRows(ctx, h.ID, 0, func(yield func(determination.Row) error) (int, error) {
			for _, r := range exampleRows() {
				if err := yield(r); err != nil {
					return 0, err
				}
			}
			return 3, nil
		}, sums)
		if err != nil {
			return err
		}
		other := h
		other.ID = id(77)
		if again, done, err := x.store.Begin(ctx, other); err != nil || again.ID != h.ID || done != 3 || to != 3 {
			x.t.Errorf("begun again: %v after %d steps, %v", again.ID, done, err)
		}
		return x.store.Finish(ctx, h.ID)
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *suite) headers(header func(int, string) determination.Header) {
	t := x.t
	err := x.write(x.nation, func(ctx context.Context) error {
		_, _, err := x.store.Begin(ctx, header(3, "b"))
		return err
	})
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("a digest twice: %v", err)
	}
	x.read(x.nation, func(ctx context.Context) error {
		h, err := x.store.Header(ctx, id(1))
		if diff := cmp.Diff(header(1, "a"), h); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if h, err = x.store.ByDigest(ctx, "b"); err != nil || h.ID != id(2) {
			t.Errorf("by digest: %v, %v", h.ID, err)
		}
		if hs, err := x.store.Headers(ctx, 5); err != nil || len(hs) != 2 || hs[0].ID != id(2) {
			t.Errorf("headers: %v, %v", hs, err)
		}
		if _, err := x.store.Current(ctx); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("none is enacted, and still: %v", err)
		}
		if _, err := x.store.Header(ctx, id(9)); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("nobody's header: %v", err)
		}
		return nil
	})
}

func (x *suite) rows() {
	t, all := x.t, exampleRows()
	list := func(ctx context.Context, f determination.Filter, after determination.Place, limit int) []determination.Row {
		t.Helper()
		f.Determination = id(1)
		var rows []determination.Row
		x.read(ctx, func(ctx context.Context) (err error) {
			rows, err = x.store.Rows(ctx, f, after, limit)
			return err
		})
		return rows
	}
	check := func(name string, want, got []determination.Row) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	byProgramme := []determination.Row{all[0], all[3], all[1], all[2]}
	check("all", byProgramme, list(x.nation, determination.Filter{}, determination.Place{}, 10))
	check("first page", byProgramme[:2], list(x.nation, determination.Filter{}, determination.Place{}, 2))
	check("second page", byProgramme[2:], list(x.nation, determination.Filter{}, byProgramme[1].Place(), 2))
	check("by family", all[1:2], list(x.nation, determination.Filter{Outcome: determination.Undetermined}, all[0].Place(), 10))
	check("by family, after it", nil, list(x.nation, determination.Filter{Outcome: determination.Undetermined}, all[1].Place(), 10))
	check("programme", []determination.Row{all[0], all[3]}, list(x.nation, determination.Filter{Programme: "pkh"}, determination.Place{}, 10))
	check("outcome", []determination.Row{all[0], all[2]}, list(x.nation, determination.Filter{Outcome: determination.Entitled}, determination.Place{}, 10))
	check("area", all[3:], list(x.nation, determination.Filter{Area: "3674"}, determination.Place{}, 10))
	check("uncertain", all[:1], list(x.nation, determination.Filter{Uncertain: true}, determination.Place{}, 10))
	check("scope", all[:3], list(x.village, determination.Filter{}, determination.Place{}, 10))
	check("outside the scope", nil, list(x.village, determination.Filter{Area: "3674"}, determination.Place{}, 10))

	x.read(x.village, func(ctx context.Context) error {
		if n, err := x.store.Count(ctx, determination.Filter{Determination: id(1)}); err != nil || n != 3 {
			t.Errorf("a village counts %d rows, %v", n, err)
		}
		if n, err := x.store.CountFamilies(ctx, determination.Filter{Determination: id(1)}); err != nil || n != 1 {
			t.Errorf("a village counts %d families, %v", n, err)
		}
		if names, err := x.store.MemberNames(ctx, []ident.ID{id(10)}); err != nil || len(names) != 0 {
			t.Errorf("nobody is on record, and still: %v, %v", names, err)
		}
		rows, err := x.store.OfFamily(ctx, id(1), id(10))
		if diff := cmp.Diff(all[:3], rows); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if rows, err := x.store.OfFamily(ctx, id(1), id(20)); err != nil || rows != nil {
			t.Errorf("another town's family: %v, %v", rows, err)
		}
		tallies, err := x.store.Tallies(ctx, id(1), "", 4)
		if err != nil || len(tallies) != 1 || tallies[0].Subjects != 1 {
			t.Errorf("a village tallies %v, %v", tallies, err)
		}
		obstacles, err := x.store.Obstacles(ctx, id(1), "")
		if err != nil || len(obstacles) != 1 || obstacles[0].Item != 1 {
			t.Errorf("a village's obstacles: %v, %v", obstacles, err)
		}
		return nil
	})
	x.read(x.nation, func(ctx context.Context) error {
		tallies, err := x.store.Tallies(ctx, id(1), "", 4)
		want := []determination.Tally{
			{Programme: "pkh", Area: "3172", Outcome: determination.Entitled, Subjects: 3, Annual: 2_900_100},
			{Programme: "pkh", Area: "3674", Outcome: determination.Refused, Subjects: 1},
		}
		if diff := cmp.Diff(want, tallies); err != nil || diff != "" {
			t.Error(err, diff)
		}
		obstacles, err := x.store.Obstacles(ctx, id(1), "3674")
		if diff := cmp.Diff([]determination.Obstacle{{Programme: "pkh", Area: "3674", Item: 0, Blocks: 1, Alone: 1}}, obstacles); err != nil || diff != "" {
			t.Error(err, diff)
		}
		return nil
	})
}

// states moves a determination on; the database itself refuses one person in
// both parts, and any change once it is decided.
func (x *suite) states(h determination.Header) {
	t := x.t
	move := func(from determination.State, h determination.Header) error {
		return x.write(x.nation, func(ctx context.Context) error { return x.store.Move(ctx, from, h) })
	}
	h.State, h.ProposedBy, h.ProposedAt, h.Note = determination.Proposed, "sari", time.Date(2025, 7, 3, 0, 0, 0, 0, time.UTC), "n"
	if err := move(determination.Computed, h); err != nil {
		t.Fatal(err)
	}
	if err := move(determination.Computed, h); !fault.Is(err, fault.KindConflict) {
		t.Errorf("proposed twice: %v", err)
	}
	h.State, h.DecidedBy, h.DecidedAt = determination.Enacted, "sari", time.Date(2025, 7, 4, 0, 0, 0, 0, time.UTC)
	if err := move(determination.Proposed, h); !fault.Is(err, fault.KindConflict) {
		t.Errorf("one person proposed and enacted: %v", err)
	}
	h.DecidedBy = "budi"
	if err := move(determination.Proposed, h); err != nil {
		t.Fatal(err)
	}
	h.State = determination.Rejected
	if err := move(determination.Enacted, h); err == nil {
		t.Error("a decided determination was changed")
	}
	h.State = determination.Enacted
	x.read(x.nation, func(ctx context.Context) error {
		got, err := x.store.Current(ctx)
		if diff := cmp.Diff(h, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
		past, err := x.store.Past(ctx, id(10))
		if err != nil || len(past) != 3 || past[0].AsOf != h.AsOf || past[0].Determination != id(1) {
			t.Errorf("past: %v, %v", past, err)
		}
		return nil
	})
}

func (x *suite) notices() {
	t := x.t
	ns := []determination.Notice{{FamilyID: id(10), Area: village, Sealed: []byte("x")}, {FamilyID: id(20), Area: town, Sealed: []byte("y")}}
	key := func(n byte) []byte { return append(make([]byte, 15), n) }
	set := func(ctx context.Context, of ident.ID, keys ...byte) error {
		if err := x.store.ClearNoticeKeys(ctx); err != nil {
			return err
		}
		for _, k := range keys { // some at a time
			if err := x.store.AddNoticeKeys(ctx, of, []determination.NoticeKey{{Key: key(k), FamilyID: id(10 * int(k))}}); err != nil {
				return err
			}
		}
		return nil
	}
	err := x.write(x.nation, func(ctx context.Context) error {
		if err := x.store.AddNotices(ctx, ns); err != nil {
			return err
		}
		return set(ctx, id(1), 1, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.write(x.village, func(ctx context.Context) error { return set(ctx, id(2), 3) }); err != nil {
		t.Fatal(err)
	}
	x.read(x.village, func(ctx context.Context) error {
		got, err := x.store.Notices(ctx, []ident.ID{id(10), id(20)})
		if diff := cmp.Diff(ns[:1], got); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if _, _, err := x.store.ByNoticeKey(ctx, key(1)); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a replaced key: %v", err)
		}
		if d, f, err := x.store.ByNoticeKey(ctx, key(2)); err != nil || d != id(1) || f != id(20) {
			t.Errorf("another area's key: %v %v, %v", d, f, err)
		}
		return nil
	})
}

// waiting lists who waits in the order of the queue, across areas and pages.
func (x *suite) waiting(h determination.Header) {
	t := x.t
	row := func(n int, area string, o determination.Outcome, queue int64) determination.Row {
		return determination.Row{Subject: determination.Subject{FamilyID: id(n)}, Area: area, Programme: "pkh", Outcome: o, Queue: queue}
	}
	third, served := row(30, village, determination.Waitlisted, 4), row(31, village, determination.Entitled, 1)
	first, second := row(32, town, determination.Waitlisted, 2), row(33, town, determination.Waitlisted, 3)
	err := x.write(x.nation, func(ctx context.Context) error {
		if _, _, err := x.store.Begin(ctx, h); err != nil {
			return err
		}
		_, err := x.store.AddRows(ctx, h.ID, 0, func(yield func(determination.Row) error) (int, error) {
			for _, r := range []determination.Row{third, served, first, second} {
				if err := yield(r); err != nil {
					return 0, err
				}
			}
			return 1, nil
		}, func() ([]determination.Tally, []determination.Obstacle) { return nil, nil })
		if err != nil {
			return err
		}
		return x.store.Finish(ctx, h.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	f := determination.Filter{Determination: h.ID, Programme: "pkh", Outcome: determination.Waitlisted}
	list := func(ctx context.Context, after determination.Place, limit int) (rows []determination.Row) {
		x.read(ctx, func(ctx context.Context) (err error) {
			rows, err = x.store.Rows(ctx, f, after, limit)
			return err
		})
		return rows
	}
	for name, c := range map[string]struct{ want, got []determination.Row }{
		"who waits":     {[]determination.Row{first, second, third}, list(x.nation, determination.Place{}, 10)},
		"first page":    {[]determination.Row{first, second}, list(x.nation, determination.Place{}, 2)},
		"second page":   {[]determination.Row{third}, list(x.nation, second.Place(), 2)},
		"of one's area": {[]determination.Row{third}, list(x.village, determination.Place{}, 10)},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
