package targetingtest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
)

// Meetings runs against a store without meetings.
func Meetings(t *testing.T, unit targeting.Unit, s targeting.MeetingStore) {
	id := snapshottest.ID
	nation := access.With(context.Background(), access.System("test"))
	at := time.Date(2025, 7, 2, 8, 0, 0, 0, time.UTC)
	meeting := func(n int, area, day string) targeting.Meeting {
		return targeting.Meeting{ID: id(n), Area: area, HeldOn: civil.MustParse(day), Minutes: "BA/1", Participants: 30, Women: 14, Note: "balai desa",
			RecordedBy: "sari", RecordedAt: at, Places: []targeting.MeetingPlace{{Family: id(10), Place: 1}, {Family: id(11), Place: 2}, {Family: id(12), Place: 2}}}
	}
	write := func(fn func(ctx context.Context) error) error { return unit.Write(nation, fn) }
	a, b, c := meeting(1, "3172041004", "2025-01-10"), meeting(2, "3172041004", "2025-06-10"), meeting(3, "3674011001", "2025-06-11")
	for _, m := range []targeting.Meeting{a, b, c} {
		if err := write(func(ctx context.Context) error { return s.AddMeeting(ctx, m) }); err != nil {
			t.Fatal(err)
		}
	}
	twice := meeting(4, "3172041004", "2025-06-10")
	if err := write(func(ctx context.Context) error { return s.AddMeeting(ctx, twice) }); !fault.Is(err, fault.KindConflict) {
		t.Errorf("the same minutes twice: %v", err)
	}
	read := func(ctx context.Context, fn func(ctx context.Context) error) {
		t.Helper()
		if err := unit.Read(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	listed := func(ctx context.Context, f targeting.MeetingFilter) (ids []ident.ID) {
		t.Helper()
		read(ctx, func(ctx context.Context) error {
			all, err := s.Meetings(ctx, f)
			for _, m := range all {
				if m.Families != 3 || m.Participants != 30 || m.Women != 14 {
					t.Errorf("listed %+v", m)
				}
				ids = append(ids, m.ID)
			}
			return err
		})
		return ids
	}
	june := civil.MustParse("2025-06-01")
	tenth := civil.MustParse("2025-06-10")
	village := access.System("test")
	village.Scope = access.Areas("3674")
	here := access.With(context.Background(), village)
	for _, x := range []struct {
		name string
		ctx  context.Context
		f    targeting.MeetingFilter
		want []ident.ID
	}{
		{"all, newest first", nation, targeting.MeetingFilter{}, []ident.ID{c.ID, b.ID, a.ID}},
		{"of a regency", nation, targeting.MeetingFilter{Area: "3172"}, []ident.ID{b.ID, a.ID}},
		{"of a village", nation, targeting.MeetingFilter{Area: "3674011001"}, []ident.ID{c.ID}},
		{"of June", nation, targeting.MeetingFilter{From: &june}, []ident.ID{c.ID, b.ID}},
		{"to the tenth", nation, targeting.MeetingFilter{From: &june, To: &tenth}, []ident.ID{b.ID}},
		{"of one's own area", here, targeting.MeetingFilter{}, []ident.ID{c.ID}},
		{"of another's", here, targeting.MeetingFilter{Area: "3172"}, nil},
	} {
		if diff := cmp.Diff(x.want, listed(x.ctx, x.f)); diff != "" {
			t.Errorf("%s: %s", x.name, diff)
		}
	}
	read(nation, func(ctx context.Context) error {
		got, err := s.Meeting(ctx, b.ID)
		if diff := cmp.Diff(b, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	read(here, func(ctx context.Context) error {
		if _, err := s.Meeting(ctx, b.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("another village's meeting: %v", err)
		}
		return nil
	})
	if err := unit.Write(here, func(ctx context.Context) error { return s.Withdraw(ctx, b.ID, "budi", at, "keliru") }); !fault.Is(err, fault.KindConflict) {
		t.Errorf("withdrew another area's: %v", err)
	}
	withdraw := func(ctx context.Context) error { return s.Withdraw(ctx, b.ID, "budi", at.Add(time.Hour), "keliru") }
	if err := write(withdraw); err != nil {
		t.Fatal(err)
	}
	if err := write(withdraw); !fault.Is(err, fault.KindConflict) {
		t.Errorf("withdrawn twice: %v", err)
	}
	if err := write(func(ctx context.Context) error { return s.AddMeeting(ctx, twice) }); err != nil {
		t.Errorf("recorded anew: %v", err)
	}
	read(nation, func(ctx context.Context) error {
		since, err := s.Since(ctx, june)
		if diff := cmp.Diff([]targeting.Meeting{twice, c}, since); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if got := listed(nation, targeting.MeetingFilter{Standing: true}); len(got) != 3 {
		t.Errorf("%d stand", len(got))
	}
}
