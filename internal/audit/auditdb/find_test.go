package auditdb_test

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

func auditor(scope access.Scope) context.Context {
	return access.With(context.Background(), access.Actor{Login: "dewi", Roles: []access.Role{access.Auditor}, Scope: scope})
}

// mixed is a log of six entries, a second apart, by two members of staff.
func mixed(t *testing.T, d *db.DB) *audit.Service {
	t.Helper()
	s := audit.NewService(d, auditdb.New(), signer{ed25519.NewKeyFromSeed(make([]byte, 32))},
		clock.NewStepping(time.Unix(1_700_000_000, 0), time.Second), filepath.Join(t.TempDir(), "checkpoints.jsonl"))
	for i, a := range []audit.Act{
		{Purpose: access.PurposeSystem, Action: "session.start", Subject: "sri"},
		{Purpose: access.PurposeService, Action: "family.read", Subject: "f1", Area: "3674011001"},
		{Purpose: access.PurposePayment, Action: "payment.make", Subject: "p1", Area: "3674"},
		{Purpose: access.PurposePayment, Action: "payment.release", Subject: "p1", Area: "3674"},
		{Purpose: access.PurposeService, Action: "family.read", Subject: "f2", Area: "3172041004", Detail: `"purpose":"payment"`},
		{Purpose: access.PurposeService, Action: "paymentless", Subject: "f1", Area: "36750"},
	} {
		ctx := access.With(context.Background(), access.Actor{Login: []string{"sri", "budi"}[i%2], Roles: []access.Role{access.Officer}, Scope: access.Nation()})
		if err := d.Write(ctx, func(ctx context.Context) error { return s.Log().Append(ctx, a) }); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func seqs(entries []audit.Entry) []int64 {
	all := []int64{}
	for _, e := range entries {
		all = append(all, e.Seq)
	}
	return all
}

func TestFind(t *testing.T) {
	second := func(n int64) time.Time { return time.Unix(1_700_000_000+n, 0) }
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := mixed(t, d)
		for name, tc := range map[string]struct {
			scope access.Scope
			f     audit.Filter
			want  []int64
		}{
			"all":               {access.Nation(), audit.Filter{Until: second(6)}, []int64{5, 4, 3, 2, 1, 0}},
			"actor":             {access.Nation(), audit.Filter{Actor: "budi"}, []int64{5, 3, 1}},
			"action":            {access.Nation(), audit.Filter{Action: "payment.make"}, []int64{2}},
			"group of actions":  {access.Nation(), audit.Filter{Action: "payment"}, []int64{3, 2}},
			"subject":           {access.Nation(), audit.Filter{Subject: "f1"}, []int64{5, 1}},
			"area":              {access.Nation(), audit.Filter{Area: "3674"}, []int64{3, 2, 1}},
			"purpose":           {access.Nation(), audit.Filter{Purpose: access.PurposePayment}, []int64{3, 2}},
			"days":              {access.Nation(), audit.Filter{From: second(2), Until: second(4)}, []int64{3, 2}},
			"all of it":         {access.Nation(), audit.Filter{Actor: "budi", Subject: "p1", Purpose: access.PurposePayment, From: second(1)}, []int64{3}},
			"nothing":           {access.Nation(), audit.Filter{Actor: "nobody"}, []int64{}},
			"own areas":         {access.Areas("3674"), audit.Filter{Until: second(6)}, []int64{3, 2, 1, 0}},
			"somebody's areas":  {access.Areas("3674"), audit.Filter{Area: "3172"}, []int64{}},
			"wild in a filter":  {access.Nation(), audit.Filter{Action: "%"}, []int64{}},
			"quote in a filter": {access.Nation(), audit.Filter{Subject: "' OR 1=1 --"}, []int64{}},
		} {
			got, err := s.Find(auditor(tc.scope), tc.f, audit.Place{}, 100)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var found []audit.Entry
			for _, e := range got { // what this very test has read is in the log too
				if e.Action != "audit.read" {
					found = append(found, e)
				}
			}
			if diff := cmp.Diff(tc.want, seqs(found)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestPagesOfTheLogMeet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := mixed(t, d)
		ctx := auditor(access.Nation())
		f := audit.Filter{Until: time.Unix(1_700_000_006, 0)}
		for _, tc := range []struct {
			place audit.Place
			want  []int64
		}{
			{audit.Place{}, []int64{5, 4}},
			{audit.Place{Below: 4}, []int64{3, 2}},
			{audit.Place{Below: 2}, []int64{1, 0}},
			{audit.Place{AtLeast: 2}, []int64{3, 2}},
			{audit.Place{AtLeast: 4}, []int64{5, 4}},
		} {
			got, err := s.Find(ctx, f, tc.place, 2)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, seqs(got)); diff != "" {
				t.Errorf("%+v: %s", tc.place, diff)
			}
		}
		var all []int64
		for e, err := range s.All(ctx, f) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, e.Seq)
		}
		if diff := cmp.Diff([]int64{5, 4, 3, 2, 1, 0}, all); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadingTheLogIsInTheLog(t *testing.T) {
	d := dbtest.SQLite(t)
	s := mixed(t, d)
	if _, err := s.Find(auditor(access.Nation()), audit.Filter{}, audit.Place{}, 4); err != nil {
		t.Fatal(err)
	}
	got, err := s.Find(auditor(access.Nation()), audit.Filter{Action: "audit.read"}, audit.Place{}, 10)
	if err != nil || len(got) != 1 || got[0].Actor != "dewi" || got[0].Count != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	operator := access.With(context.Background(), access.Actor{Login: "sri", Roles: []access.Role{access.Operator}, Scope: access.Nation()})
	if _, err := s.Find(operator, audit.Filter{}, audit.Place{}, 10); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator reads the log: %v", err)
	}
}
