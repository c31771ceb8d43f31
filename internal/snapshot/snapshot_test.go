package snapshot_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

// What was observed is what is read back, for every family, member and fact.
func TestRoundTrip(t *testing.T) {
	records := snapshottest.Random(1, 700)
	s := snapshottest.Build(t, snapshottest.Keys(t), records)
	if s.Families != 700 || len(s.Parts) != 3 {
		t.Fatalf("%d families in %d parts", s.Families, len(s.Parts))
	}
	byID := map[string]snapshot.Record{}
	for _, r := range records {
		byID[r.Family.String()] = r
	}
	seen := 0
	for _, part := range s.Parts {
		p, err := s.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		// A stretch that begins in the middle finds its own members.
		for from := 0; from < p.Families; from += 37 {
			f, err := p.Read(from, min(from+37, p.Families), snapshot.Columns{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.IDs {
				holds(t, f, i, byID[f.IDs[i].String()])
				seen++
			}
		}
	}
	if seen != len(records) {
		t.Errorf("read %d of %d families", seen, len(records))
	}
}

func holds(t *testing.T, f *snapshot.Families, i int, want snapshot.Record) {
	t.Helper()
	got := snapshot.Record{Family: f.IDs[i], Area: f.Area(i)}
	catalogue := indicator.Default()
	for _, ind := range catalogue.Stored(indicator.Family) {
		if v, ok := f.Families.Columns[ind.Code].At(i); ok {
			got.Facts.Set(ind.No, v)
		}
	}
	from, to := f.MembersOf(i)
	for row := from; row < to; row++ {
		m := snapshot.Member{ID: f.MemberIDs[row]}
		for _, ind := range catalogue.Stored(indicator.Person) {
			if v, ok := f.Members.Columns[ind.Code].At(row); ok {
				m.Facts.Set(ind.No, v)
			}
		}
		w := want.Members[row-from]
		if age, ok := f.Members.Columns["age"].At(row); ok != (w.Born != nil) || ok && age != int64(w.Born.YearsOn(snapshottest.AsOf)) {
			t.Errorf("member %s has age %d, %v", m.ID, age, ok)
		}
		if sex, _ := f.Members.Columns["sex"].At(row); (sex == 2) != w.Female {
			t.Errorf("member %s has sex %d", m.ID, sex)
		}
		got.Members = append(got.Members, m)
	}
	for k := range want.Members { // compared above
		want.Members = slices.Clone(want.Members)
		want.Members[k] = snapshot.Member{ID: want.Members[k].ID, Facts: want.Members[k].Facts}
	}
	want.Facts = presumed(indicator.Family, want.Facts)
	for k := range want.Members {
		want.Members[k].Facts = presumed(indicator.Person, want.Members[k].Facts)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

// presumed adds what a snapshot takes for facts that nobody reported.
func presumed(level indicator.Level, facts indicator.Facts) indicator.Facts {
	all := slices.Clone(facts)
	for _, i := range indicator.Default().Stored(level) {
		if _, known := all.Get(i.No); !known && i.Presumed != nil {
			all.Set(i.No, *i.Presumed)
		}
	}
	return all
}

func TestChosenColumnsAreAllThatIsRead(t *testing.T) {
	s := snapshottest.Build(t, snapshottest.Keys(t), snapshottest.Random(2, 40))
	p, err := s.Partition(s.Parts[0])
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.Read(0, p.Families, snapshot.Only().With(indicator.Family, "floor").With(indicator.Person, "age"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Families.Columns) != 1 || len(f.Members.Columns) != 1 || f.Families.Columns["floor"] == nil || f.Members.Columns["age"] == nil {
		t.Errorf("read %d and %d columns", len(f.Families.Columns), len(f.Members.Columns))
	}
}

// The order in which members arrive changes nothing; a changed fact does.
func TestDigestIsOfTheData(t *testing.T) {
	snapshottest.Few(t)
	keys := snapshottest.Keys(t)
	rapid.Check(t, func(rt *rapid.T) {
		records := snapshottest.Random(rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 30).Draw(rt, "families"))
		one := snapshottest.BuildIn(t, t.TempDir(), keys, records)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0))
		r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		for i := range records {
			m := records[i].Members
			r.Shuffle(len(m), func(a, b int) { m[a], m[b] = m[b], m[a] })
		}
		two := snapshottest.BuildIn(t, t.TempDir(), keys, records)
		if one.Digest != two.Digest {
			rt.Fatal("the order of the records changed the digest")
		}
		f := &records[r.IntN(len(records))]
		v, _ := f.Facts.Get(snapshottest.No(indicator.Family, "floor_area"))
		f.Facts = slices.Clone(f.Facts)
		f.Facts.Set(snapshottest.No(indicator.Family, "floor_area"), v+1)
		if snapshottest.BuildIn(t, t.TempDir(), keys, records).Digest == one.Digest {
			rt.Fatal("a changed fact left the digest as it was")
		}
	})
}

// Every flipped bit is found, in each file, and refused with a fault that
// names the file.
func TestFlippedBitIsRefused(t *testing.T) {
	keys := snapshottest.Keys(t)
	dir := t.TempDir()
	s := snapshottest.BuildIn(t, dir, keys, snapshottest.Random(3, 60))
	r := rand.New(rand.NewPCG(5, 5))
	for _, part := range s.Parts {
		path := filepath.Join(dir, part.File)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			bad := slices.Clone(good)
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
			refused(t, path, bad, func() error { _, err := s.Partition(part); return err })
			refused(t, path, bad, func() error { return s.Prove(context.Background()) })
		}
		refused(t, path, good[:len(good)-1], func() error { _, err := s.Partition(part); return err })
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Verify(), s.Prove(context.Background())); err != nil {
		t.Errorf("whole again, and still: %v", err)
	}
	path := filepath.Join(dir, "manifest.json")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(good); at += 5 {
		bad := slices.Clone(good)
		bad[at] ^= 1
		if string(bad) == string(good) || good[at] == ' ' || good[at] == '\n' {
			continue // JSON does not care about those
		}
		refused(t, path, bad, func() error { _, err := snapshot.Open(dir, keys.Public(), indicator.Default()); return err })
	}
}

func refused(t *testing.T, path string, b []byte, read func() error) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := read(); !fault.Is(err, fault.KindInvalid) {
		t.Fatalf("a changed %s was read: %v", filepath.Base(path), err)
	}
}

func TestAnotherInstallationsSignatureIsRefused(t *testing.T) {
	dir := t.TempDir()
	snapshottest.BuildIn(t, dir, snapshottest.Keys(t), snapshottest.Random(4, 3))
	stranger, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Open(dir, stranger, indicator.Default()); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("opened: %v", err)
	}
}

func TestFind(t *testing.T) {
	records := snapshottest.Random(6, 200)
	s := snapshottest.Build(t, snapshottest.Keys(t), records)
	for _, r := range records {
		part, ok := s.PartOf(r.Area)
		if !ok {
			t.Fatalf("no part for %s", r.Area)
		}
		p, err := s.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		row, err := p.Find(r.Area, r.Family)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Read(row, row+1, snapshot.Only().WithIDs())
		if err != nil || f.IDs[0] != r.Family {
			t.Fatalf("row %d holds %v, %v", row, f.IDs, err)
		}
		if _, err := p.Find(r.Area, snapshottest.ID(1_000_000)); !fault.Is(err, fault.KindNotFound) {
			t.Fatalf("found nobody: %v", err)
		}
	}
}

// One family frozen in memory is what a snapshot holds of it.
func TestOne(t *testing.T) {
	records := snapshottest.Random(9, 120)
	s := snapshottest.Build(t, snapshottest.Keys(t), records)
	for _, r := range records {
		part, _ := s.PartOf(r.Area)
		p, err := s.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		row, err := p.Find(r.Area, r.Family)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.Read(row, row+1, snapshot.Columns{})
		if err != nil {
			t.Fatal(err)
		}
		want.First, want.FirstMember, want.Lots = 0, 0, nil
		got, err := snapshot.One(indicator.Default(), s.AsOf, &r)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(told(want), told(got)); diff != "" {
			t.Fatalf("%s (-kept +one):\n%s", r.Family, diff)
		}
	}
	if _, err := snapshot.One(indicator.Default(), s.AsOf, &snapshot.Record{Area: "3674"}); err == nil {
		t.Error("a family without a village was frozen")
	}
}

// told lists who a family is and what is known of it.
func told(f *snapshot.Families) map[string]any {
	out := map[string]any{"ids": f.IDs, "members": f.MemberIDs, "areas": f.Areas, "ends": f.Offsets}
	for level, table := range map[string]*column.Table{"f.": f.Families, "m.": f.Members} {
		for code, c := range table.Columns {
			for row := range table.Rows {
				if v, known := c.At(row); known {
					out[level+code+strconv.Itoa(row)] = v
				}
			}
		}
	}
	return out
}

// A village's rows are its families and no others, and their ids can be read
// without those of their members.
func TestVillage(t *testing.T) {
	records := snapshottest.Random(8, 300)
	s := snapshottest.Build(t, snapshottest.Keys(t), records)
	want := map[string][]ident.ID{}
	for _, r := range records {
		want[r.Area] = append(want[r.Area], r.Family)
	}
	for area, families := range want {
		slices.SortFunc(families, func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
		part, _ := s.PartOf(area)
		choice := snapshot.Only().WithFamilyIDs()
		p, err := s.PartitionOf(part, choice)
		if err != nil {
			t.Fatal(err)
		}
		code, err := strconv.ParseInt(area, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		from, to := p.Village(code)
		f, err := p.Read(from, to, choice)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(families, f.IDs); diff != "" || len(f.MemberIDs) != 0 {
			t.Errorf("%s: %s, and %d members", area, diff, len(f.MemberIDs))
		}
		if from, to := p.Village(code + 1_000_000_000); from != to {
			t.Errorf("rows %d to %d of a village that is not there", from, to)
		}
	}
}
