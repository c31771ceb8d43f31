// Package exchange writes a snapshot as Parquet, for statisticians and for
// programs that are not Gotong.
//
// The folder has a file of families and one of members for each regency or
// city, and a manifest that names them with their digests, the snapshot's
// digest, and what each column means. Nobody is named: families and members
// have numbers that count within the export, and mean nothing elsewhere, in
// place of ids, and dates of birth are left out beside ages.
package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/intact"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// Format is the version of the folder's layout.
const Format = 1

// Manifest says what an export holds.
type Manifest struct {
	Format   int        `json:"format"`
	Snapshot string     `json:"snapshot"` // digest
	AsOf     civil.Date `json:"as_of"`
	Scope    string     `json:"scope"` // areas that were exported
	Families int64      `json:"families"`
	Members  int64      `json:"members"`
	Files    []File     `json:"files"`
	Columns  []Meaning  `json:"columns"`
}

// File is one Parquet file.
type File struct {
	Name   string `json:"name"` // in the folder
	Area   string `json:"area"` // four digits
	Rows   int64  `json:"rows"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Meaning says what a column holds.
type Meaning struct {
	Table    string `json:"table"` // families or members
	Column   string `json:"column"`
	Kind     string `json:"kind"`
	Unit     string `json:"unit,omitempty"`
	Decimals int    `json:"decimals,omitempty"` // a value of 1250 with two of them is 12.50
	ID       string `json:"id"`                 // name in Indonesian
	EN       string `json:"en"`
	Derived  bool   `json:"derived,omitempty"`
}

// Service exports snapshots.
type Service struct {
	Unit      work.Unit
	Snapshots *snapshot.Service
	Catalogue *indicator.Catalogue
	Log       *audit.Log
}

// Export writes the part of a snapshot that lies in the acting user's area
// into dir, which must not exist yet or be empty. It needs the permission to
// export; the export is recorded with its count before the first row leaves.
// After an error nothing is left in dir.
//
// Stage: snapshot_export, counting families.
func (s *Service) Export(ctx context.Context, id ident.ID, dir string, p run.Progress) (Manifest, error) {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return Manifest{}, err
	}
	snap, err := s.Snapshots.Open(ctx, id)
	if err != nil {
		return Manifest{}, err
	}
	if err := vacant(dir); err != nil {
		return Manifest{}, err
	}
	x := newExport(snap, s.Catalogue, actor.Scope, p)
	if err := x.count(); err != nil {
		return Manifest{}, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeStatistics, Action: "snapshot.export", Subject: id.String(), Area: actor.Scope.String(),
			Fields: []string{"facts"}, Count: x.total, Detail: snap.Digest})
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("exchange: %w", err)
	}
	return x.write(ctx, dir)
}

// Write writes a snapshot that nobody's data are in, such as one of synthetic
// families, and so asks and records nothing: those of its columns that only
// lets through.
func Write(ctx context.Context, snap *snapshot.Snapshot, c *indicator.Catalogue, only func(*indicator.Indicator) bool, dir string, p run.Progress) (Manifest, error) {
	if err := vacant(dir); err != nil {
		return Manifest{}, err
	}
	x := newExport(snap, c, access.Nation(), p)
	x.families, x.members = tableOf(c, indicator.Family, only), tableOf(c, indicator.Person, only)
	if err := x.count(); err != nil {
		return Manifest{}, err
	}
	return x.write(ctx, dir)
}

func newExport(snap *snapshot.Snapshot, c *indicator.Catalogue, scope access.Scope, p run.Progress) *export {
	return &export{snap: snap, catalogue: c, scope: scope, progress: p, families: tableOf(c, indicator.Family, nil), members: tableOf(c, indicator.Person, nil)}
}

// vacant refuses a folder that has something in it.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Invalid("snapshot.export_folder", "folder", dir).Because(err)
	}
	if len(entries) > 0 {
		return fault.Conflict("snapshot.export_not_empty", "folder", dir)
	}
	return nil
}

// export is one export under way.
type export struct {
	snap              *snapshot.Snapshot
	catalogue         *indicator.Catalogue
	scope             access.Scope
	progress          run.Progress
	families, members *table
	total             int64 // families to export
	family, member    int64 // numbers given so far
	manifest          Manifest
}

// count finds out how many families the scope covers.
func (x *export) count() error {
	for _, part := range x.snap.Parts {
		switch {
		case x.scope.Covers(part.Area):
			x.total += int64(part.Families)
		case x.scope.Touches(part.Area):
			p, err := x.snap.PartitionOf(part, snapshot.Only())
			if err != nil {
				return err
			}
			f, err := p.Read(0, p.Families, snapshot.Only())
			if err != nil {
				return err
			}
			for i := range f.Areas {
				if x.scope.Covers(f.Area(i)) {
					x.total++
				}
			}
		}
	}
	if x.total == 0 {
		return fault.NotFound("snapshot.export_nothing")
	}
	return nil
}

// write fills a folder beside dir and then puts it in its place.
func (x *export) write(ctx context.Context, dir string) (Manifest, error) {
	dir = filepath.Clean(dir)
	building := dir + ".partial"
	if err := os.RemoveAll(building); err != nil {
		return Manifest{}, fmt.Errorf("exchange: %w", err)
	}
	defer os.RemoveAll(building) // gone by then when all went well
	if err := x.snap.Prove(ctx); err != nil {
		return Manifest{}, err
	}
	for _, t := range []*table{x.families, x.members} {
		if err := os.MkdirAll(filepath.Join(building, t.name), 0o755); err != nil {
			return Manifest{}, fault.Invalid("snapshot.export_folder", "folder", dir).Because(err)
		}
	}
	x.manifest = Manifest{Format: Format, Snapshot: x.snap.Digest, AsOf: x.snap.AsOf, Scope: x.scope.String(), Columns: append(x.families.meanings(), x.members.meanings()...)}
	x.progress.Stage("snapshot_export", x.total)
	for _, part := range x.snap.Parts {
		if !x.scope.Touches(part.Area) {
			continue
		}
		if err := x.part(ctx, building, part); err != nil {
			return Manifest{}, fmt.Errorf("exchange: %s: %w", part.Area, err)
		}
	}
	x.manifest.Families, x.manifest.Members = x.family, x.member
	text, err := json.MarshalIndent(x.manifest, "", "  ")
	if err != nil {
		return Manifest{}, err
	}
	if err := snapshot.WriteSynced(filepath.Join(building, "manifest.json"), append(text, '\n')); err != nil {
		return Manifest{}, err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Manifest{}, fault.Invalid("snapshot.export_folder", "folder", dir).Because(err)
	}
	if err := os.Rename(building, dir); err != nil {
		return Manifest{}, fault.Invalid("snapshot.export_folder", "folder", dir).Because(err)
	}
	return x.manifest, intact.SyncFolder(filepath.Dir(dir))
}

// part writes the two files of one regency or city.
func (x *export) part(ctx context.Context, dir string, part snapshot.Part) error {
	choice := x.choice()
	p, err := x.snap.PartitionOf(part, choice)
	if err != nil {
		return err
	}
	families, err := x.open(dir, x.families, part.Area)
	if err != nil {
		return err
	}
	defer families.abandon()
	members, err := x.open(dir, x.members, part.Area)
	if err != nil {
		return err
	}
	defer members.abandon()
	f := &snapshot.Families{}
	for from := 0; from < p.Families; from += snapshot.Stretch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.ReadInto(f, from, min(from+snapshot.Stretch, p.Families), choice); err != nil {
			return err
		}
		if err := x.stretch(f, families, members); err != nil {
			return err
		}
	}
	for _, w := range []*writer{families, members} {
		file, err := w.close()
		if err != nil {
			return err
		}
		x.manifest.Files = append(x.manifest.Files, file)
	}
	return nil
}

// choice is every column that leaves.
func (x *export) choice() snapshot.Columns {
	c := snapshot.Only()
	for _, t := range []*table{x.families, x.members} {
		for _, i := range t.indicators {
			c.With(i.Level, i.Code)
		}
	}
	return c
}

// stretch writes the rows of a stretch that the scope covers.
func (x *export) stretch(f *snapshot.Families, families, members *writer) error {
	var rows, memberRows []int
	var number, memberNumber, familyOf []int64
	for i := range f.Areas {
		if !x.scope.Covers(f.Area(i)) {
			continue
		}
		x.family++
		rows, number = append(rows, i), append(number, x.family)
		from, to := f.MembersOf(i)
		for m := from; m < to; m++ {
			x.member++
			memberRows, memberNumber, familyOf = append(memberRows, m), append(memberNumber, x.member), append(familyOf, x.family)
		}
	}
	x.progress.Add("", int64(len(rows)))
	if err := families.rows(f.Families, rows, map[string][]int64{"family": number}); err != nil {
		return err
	}
	return members.rows(f.Members, memberRows, map[string][]int64{"family": familyOf, "member": memberNumber})
}

func (x *export) open(dir string, t *table, area string) (*writer, error) {
	name := filepath.Join(t.name, area+".parquet")
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	w := &writer{table: t, file: f, entry: File{Name: filepath.ToSlash(name), Area: area}, sum: &counted{hash: sha256.New()}}
	w.begin(io.MultiWriter(f, w.sum), map[string]string{"gotong.snapshot": x.snap.Digest, "gotong.as_of": x.snap.AsOf.String(), "gotong.area": area,
		"gotong.catalogue": x.snap.Catalogue})
	return w, nil
}

// counted is a hash that knows how much it has seen.
type counted struct {
	hash hash.Hash
	n    int64
}

// Write implements io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return c.hash.Write(b)
}

func (c *counted) String() string { return hex.EncodeToString(c.hash.Sum(nil)) }

// left are the facts that stay behind: who was born on a day in a village is
// easily found.
func left(i *indicator.Indicator) bool {
	return i.Level == indicator.Person && i.Code == "born" || strings.HasPrefix(i.Code, "decile") || i.Code == "score" // ranks are not of the snapshot
}
