package exchange_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/exchange"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/snapshot/snapshottest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// desk is a service with one snapshot of invented families.
type desk struct {
	*exchange.Service
	header snapshot.Header
	snap   *snapshot.Snapshot
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d, c := dbtest.SQLite(t), clock.NewStepping(time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC), time.Second)
	log := audit.NewLog(auditdb.New(), c)
	snapshots := snapshot.NewService(snapshot.Deps{Unit: d, Store: snapshotdb.Store{}, Source: snapshottest.Source(snapshottest.Random(4, 120)),
		Catalogue: indicator.Default(), Signer: snapshottest.Keys(t), Log: log, Clock: c,
		IDs: ident.NewMaker(c, bytes.NewReader(make([]byte, 1000))), Root: filepath.Join(t.TempDir(), "snapshots")})
	x := &desk{Service: &exchange.Service{Unit: d, Snapshots: snapshots, Catalogue: indicator.Default(), Log: log}}
	var err error
	if x.header, err = snapshots.Build(as(access.Nation(), access.Manager), snapshottest.AsOf, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	if x.snap, err = snapshots.Open(as(access.Nation(), access.Manager), x.header.ID); err != nil {
		t.Fatal(err)
	}
	return x
}

func as(scope access.Scope, roles ...access.Role) context.Context {
	return access.With(context.Background(), access.Actor{Login: "sari", Name: "Sari", Roles: roles, Scope: scope})
}

// What a reader of Parquet finds is what the snapshot holds, row by row.
func TestExportHoldsTheSnapshot(t *testing.T) {
	x, dir := newDesk(t), filepath.Join(t.TempDir(), "out")
	m, err := x.Export(as(access.Nation(), access.Manager), x.header.ID, dir, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Families != x.snap.Families || m.Members != x.snap.Members || m.Snapshot != x.snap.Digest || len(m.Files) != 2*len(x.snap.Parts) {
		t.Errorf("the manifest says %+v", m)
	}
	family := int64(0)
	for _, part := range x.snap.Parts {
		p, err := x.snap.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Read(0, p.Families, snapshot.Columns{})
		if err != nil {
			t.Fatal(err)
		}
		rows, members := readAll(t, filepath.Join(dir, "families", part.Area+".parquet")), readAll(t, filepath.Join(dir, "members", part.Area+".parquet"))
		if len(rows) != p.Families || len(members) != p.Members {
			t.Fatalf("%s: %d families and %d members", part.Area, len(rows), len(members))
		}
		for i, row := range rows {
			family++
			area, _ := f.Families.Columns["area"].At(i)
			if row["family"] != family || row["area"] != area {
				t.Fatalf("family %d of %d is %v of %v", family, area, row["family"], row["area"])
			}
			same(t, indicator.Family, row, func(code string) (int64, bool) { return f.Families.Columns[code].At(i) })
			from, to := f.MembersOf(i)
			for k := from; k < to; k++ {
				if members[k]["family"] != family {
					t.Fatalf("a member of family %d is of %v", family, members[k]["family"])
				}
				same(t, indicator.Person, members[k], func(code string) (int64, bool) { return f.Members.Columns[code].At(k) })
			}
		}
	}
	for _, f := range m.Files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name))
		if sum := sha256.Sum256(b); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(b)) != f.Size {
			t.Errorf("%s is not the file of the manifest", f.Name)
		}
	}
}

func readAll(t *testing.T, path string) []map[string]any {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if digest, ok := f.Lookup("gotong.snapshot"); !ok || len(digest) != 64 {
		t.Errorf("%s does not name its snapshot", path)
	}
	all := make([]map[string]any, f.NumRows())
	for i := range all {
		all[i] = map[string]any{}
	}
	for at, column := range f.Schema().Columns() {
		row := 0
		for _, group := range f.RowGroups() {
			pages := group.ColumnChunks()[at].Pages()
			for {
				page, err := pages.ReadPage()
				if err != nil {
					break
				}
				values := make([]parquet.Value, page.NumValues())
				n, _ := page.Values().ReadValues(values)
				for _, v := range values[:n] {
					if !v.IsNull() {
						all[row][column[0]] = plain(v)
					}
					row++
				}
			}
			pages.Close()
		}
		if row != len(all) {
			t.Fatalf("%s: %d values of %s", path, row, column)
		}
	}
	return all
}

func plain(v parquet.Value) any {
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Int32:
		return int64(v.Int32())
	case parquet.Int64:
		return v.Int64()
	}
	return string(v.ByteArray())
}

// same holds a row against the facts, and knows what may not be in it.
func same(t *testing.T, l indicator.Level, row map[string]any, at func(code string) (int64, bool)) {
	t.Helper()
	want := map[string]any{}
	for _, i := range indicator.Default().All() {
		if i.Level != l || i.Code == "born" || i.Code == "score" || strings.HasPrefix(i.Code, "decile") {
			continue
		}
		v, known := at(i.Code)
		switch {
		case !known:
		case i.Kind == indicator.Bool:
			want[i.Code] = v == 1
		case i.Kind == indicator.Choice:
			want[i.Code] = i.Text(v)
		default:
			want[i.Code] = v
		}
	}
	delete(row, "family")
	delete(row, "member")
	if diff := cmp.Diff(want, row); diff != "" {
		t.Fatal(diff)
	}
}

func TestExportStaysInTheArea(t *testing.T) {
	x := newDesk(t)
	m, err := x.Export(as(access.Areas("3172041004", "3674"), access.Manager), x.header.ID, filepath.Join(t.TempDir(), "out"), run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	want := int64(0)
	for _, part := range x.snap.Parts {
		p, err := x.snap.Partition(part)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Read(0, p.Families, snapshot.Only())
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Areas {
			if a := f.Area(i); a == "3172041004" || strings.HasPrefix(a, "3674") {
				want++
			}
		}
	}
	if m.Families != want || want == 0 || len(m.Files) != 4 {
		t.Errorf("%d families in %d files, want %d", m.Families, len(m.Files), want)
	}
}

func TestExportIsRefused(t *testing.T) {
	x := newDesk(t)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ctx  context.Context
		dir  string
		kind fault.Kind
	}{
		"nobody":                {context.Background(), "out", fault.KindForbidden},
		"who may not export":    {as(access.Nation(), access.Facilitator), "out", fault.KindForbidden},
		"into a used folder":    {as(access.Nation(), access.Manager), full, fault.KindConflict},
		"of an area not in it":  {as(access.Areas("1101"), access.Manager), filepath.Join(full, "out"), fault.KindNotFound},
		"into a folder's place": {as(access.Nation(), access.Manager), filepath.Join(full, "x"), fault.KindInvalid},
	} {
		if _, err := x.Export(c.ctx, x.header.ID, c.dir, run.Silent{}); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	left, err := os.ReadDir(full)
	if err != nil || len(left) != 1 {
		t.Errorf("something was left behind: %v, %v", left, err)
	}
}
