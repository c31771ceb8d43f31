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
	"gotong/internal/work"
)

// meetings is a store under test, with three meetings: two of one village, and
// one of another regency.
type meetings struct {
	*testing.T
	unit   work.Unit
	store  targeting.MeetingStore
	nation context.Context
	there  context.Context // of somebody in the other regency
	a      targeting.Meeting
	b      targeting.Meeting
	c      targeting.Meeting
}

// meetingAt is when meetings were recorded.
var meetingAt = time.Date(2025, 7, 2, 8, 0, 0, 0, time.UTC)

func meetingOf(n int, area, day string) targeting.Meeting {
	id := snapshottest.ID
	return targeting.Meeting{ID: id(n), Area: area, HeldOn: civil.MustParse(day), Minutes: "BA/1", Participants: 30, Women: 14, Note: "balai desa",
		RecordedBy: "sari", RecordedAt: meetingAt, Places: []targeting.MeetingPlace{{Family: id(10), Place: 1}, {Family: id(11), Place: 2}, {Family: id(12), Place: 2}}}
}

// Meetings runs against a store without meetings.
func Meetings(t *testing.T, unit work.Unit, s targeting.MeetingStore) {
	there := access.System("test")
	there.Scope = access.Areas("3674")
	m := &meetings{T: t, unit: unit, store: s, nation: access.With(context.Background(), access.System("test")), there: access.With(context.Background(), there),
		a: meetingOf(1, "3172041004", "2025-01-10"), b: meetingOf(2, "3172041004", "2025-06-10"), c: meetingOf(3, "3674011001", "2025-06-11")}
	for _, x := range []targeting.Meeting{m.a, m.b, m.c} {
		if err := m.add(x); err != nil {
			t.Fatal(err)
		}
	}
	m.areListed()
	m.areRead()
	m.areWithdrawn()
}

func (m *meetings) add(x targeting.Meeting) error {
	return m.unit.Write(m.nation, func(ctx context.Context) error { return m.store.AddMeeting(ctx, x) })
}

func (m *meetings) read(ctx context.Context, fn func(ctx context.Context) error) {
	m.Helper()
	if err := m.unit.Read(ctx, fn); err != nil {
		m.Fatal(err)
	}
}

func (m *meetings) listed(ctx context.Context, f targeting.MeetingFilter) (ids []ident.ID) {
	m.Helper()
	m.read(ctx, func(ctx context.Context) error {
		all, err := m.store.Meetings(ctx, f)
		for _, x := range all {
			if x.Families != 3 || x.Participants != 30 || x.Women != 14 {
				m.Errorf("listed %+v", x)
			}
			ids = append(ids, x.ID)
		}
		return err
	})
	return ids
}

func (m *meetings) areListed() {
	june, tenth := civil.MustParse("2025-06-01"), civil.MustParse("2025-06-10")
	for _, x := range []struct {
		name string
		ctx  context.Context
		f    targeting.MeetingFilter
		want []ident.ID
	}{
		{"all, newest first", m.nation, targeting.MeetingFilter{}, []ident.ID{m.c.ID, m.b.ID, m.a.ID}},
		{"of a regency", m.nation, targeting.MeetingFilter{Area: "3172"}, []ident.ID{m.b.ID, m.a.ID}},
		{"of a village", m.nation, targeting.MeetingFilter{Area: "3674011001"}, []ident.ID{m.c.ID}},
		{"of June", m.nation, targeting.MeetingFilter{From: &june}, []ident.ID{m.c.ID, m.b.ID}},
		{"to the tenth", m.nation, targeting.MeetingFilter{From: &june, To: &tenth}, []ident.ID{m.b.ID}},
		{"of one's own area", m.there, targeting.MeetingFilter{}, []ident.ID{m.c.ID}},
		{"of another's", m.there, targeting.MeetingFilter{Area: "3172"}, nil},
	} {
		if diff := cmp.Diff(x.want, m.listed(x.ctx, x.f)); diff != "" {
			m.Errorf("%s: %s", x.name, diff)
		}
	}
}

func (m *meetings) areRead() {
	m.read(m.nation, func(ctx context.Context) error {
		got, err := m.store.Meeting(ctx, m.b.ID)
		if diff := cmp.Diff(m.b, got); diff != "" {
			m.Error(diff)
		}
		return err
	})
	m.read(m.there, func(ctx context.Context) error {
		if _, err := m.store.Meeting(ctx, m.b.ID); !fault.Is(err, fault.KindNotFound) {
			m.Errorf("another village's meeting: %v", err)
		}
		return nil
	})
}

// areWithdrawn has the minutes of a meeting recorded anew, which needs the
// first to be withdrawn.
func (m *meetings) areWithdrawn() {
	twice := meetingOf(4, m.b.Area, m.b.HeldOn.String())
	if err := m.add(twice); !fault.Is(err, fault.KindConflict) {
		m.Errorf("the same minutes twice: %v", err)
	}
	withdraw := func(by context.Context) error {
		return m.unit.Write(by, func(ctx context.Context) error {
			return m.store.Withdraw(ctx, m.b.ID, "budi", meetingAt.Add(time.Hour), "keliru")
		})
	}
	if err := withdraw(m.there); !fault.Is(err, fault.KindConflict) {
		m.Errorf("withdrew another area's: %v", err)
	}
	if err := withdraw(m.nation); err != nil {
		m.Fatal(err)
	}
	if err := withdraw(m.nation); !fault.Is(err, fault.KindConflict) {
		m.Errorf("withdrawn twice: %v", err)
	}
	if err := m.add(twice); err != nil {
		m.Errorf("recorded anew: %v", err)
	}
	m.read(m.nation, func(ctx context.Context) error {
		since, err := m.store.Since(ctx, civil.MustParse("2025-06-01"))
		if diff := cmp.Diff([]targeting.Meeting{twice, m.c}, since); diff != "" {
			m.Error(diff)
		}
		return err
	})
	if got := m.listed(m.nation, targeting.MeetingFilter{Standing: true}); len(got) != 3 {
		m.Errorf("%d stand", len(got))
	}
}
