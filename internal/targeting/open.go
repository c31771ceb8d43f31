package targeting

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/intact"
	"gotong/internal/snapshot"
)

// Manifest describes a ranking; its file is signed.
type Manifest struct {
	Content
	CreatedAt time.Time `json:"created_at"`
	Digest    string    `json:"digest"` // of Content
}

const (
	manifestFile = "manifest.json"
	manifestKind = "ranking manifest"
	// Copies of the policy that was applied, so that the ranking can be
	// recomputed when the office's own files have moved on.
	modelFile = "pmt_model.yaml"
	linesFile = "poverty_lines.yaml"
	// Models beside the first, from 1.
	regionalFile = "pmt_model_%d.yaml"
	// The meetings that counted, with every family's place.
	meetingsFile = "meetings.json"
)

// write finishes the folder of a ranking.
func (m *Manifest) write(dir string, by Policy, signer snapshot.Signer) error {
	m.Digest = snapshot.Digest("ranking", m.Content)
	if err := by.write(dir); err != nil {
		return err
	}
	if err := snapshot.WriteSigned(filepath.Join(dir, manifestFile), manifestKind, m, signer); err != nil {
		return err
	}
	return intact.SyncFolder(dir)
}

// write writes what a ranking goes by beside it.
func (by Policy) write(dir string) error {
	files := map[string][]byte{modelFile: by.Model.Text, linesFile: by.Lines.text}
	for i, m := range by.Regional {
		files[fmt.Sprintf(regionalFile, i+1)] = m.Text
	}
	if len(by.Meetings) > 0 {
		text, err := json.Marshal(by.Meetings)
		if err != nil {
			return err
		}
		files[meetingsFile] = text
	}
	for name, text := range files {
		if err := snapshot.WriteSynced(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return nil
}

// Ranking is an opened ranking. It is safe for concurrent use.
type Ranking struct {
	Manifest
	dir string

	once sync.Once
	by   Policy // the models only
	bad  error
}

// models returns the models that the ranking went by, as they were kept
// beside it.
func (r *Ranking) models(c *indicator.Catalogue) (Policy, error) {
	r.once.Do(func() {
		known, err := LoadModels(c, os.DirFS(r.dir))
		if err == nil {
			r.by, err = known.of(r.Content)
		}
		r.bad = err
	})
	return r.by, r.bad
}

// Open opens the ranking in dir. It returns fault.Invalid when its manifest
// is not the one that the key has signed.
func Open(dir string, key ed25519.PublicKey) (*Ranking, error) {
	r := &Ranking{dir: dir}
	if err := snapshot.ReadSigned(filepath.Join(dir, manifestFile), manifestKind, &r.Manifest, key); err != nil {
		return nil, err
	}
	if r.Format != Format {
		return nil, fault.Invalid("snapshot.format", "have", r.Format, "want", Format)
	}
	if snapshot.Digest("ranking", r.Content) != r.Manifest.Digest {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return r, nil
}

// In returns a ranking that was just computed into a folder, before it is
// signed.
func (c Content) In(dir string) *Ranking { return &Ranking{Manifest: Manifest{Content: c}, dir: dir} }

// Ranks are the scores and deciles of a partition's families.
type Ranks struct {
	file *snapshot.File
	some []string // the ranks that are filled in
}

// rankCodes are all that a ranking says of a family to rules.
var rankCodes = []string{columnScore, columnDecile, columnDecileRegion}

// IsRank reports whether a family's fact of this code is of its ranking.
func IsRank(code string) bool { return slices.Contains(rankCodes, code) }

// Ranks reads the ranks of a part, by its place in Parts, which is also its
// place in the snapshot's. It returns fault.Invalid when a bit has changed.
func (r *Ranking) Ranks(part int) (*Ranks, error) {
	p := r.Parts[part]
	f, err := snapshot.ReadFile(filepath.Join(r.dir, p.File), p.Sum)
	return &Ranks{f, rankCodes}, err
}

// RanksOf is Ranks of those facts of a family that are ranks: no others are
// read or filled in.
func (r *Ranking) RanksOf(part int, facts []string) (*Ranks, error) {
	some := slices.DeleteFunc(slices.Clone(rankCodes), func(c string) bool { return !slices.Contains(facts, c) })
	read := some
	if slices.Contains(some, columnScore) {
		read = append(slices.Clone(some), columnPlaced)
	}
	p := r.Parts[part]
	f, err := snapshot.ReadSome(filepath.Join(r.dir, p.File), p.Sum, read...)
	return &Ranks{f, some}, err
}

// Fill puts the ranks of a stretch of families beside their facts. The score
// is the one by which a family stands, which is another's where a meeting has
// placed it; OwnScore tells what the model predicts of the family itself.
func (r *Ranks) Fill(f *snapshot.Families) {
	for _, code := range r.some {
		from := code
		if code == columnScore && r.file.Has(columnPlaced) {
			r.fill(f, columnOwnScore, columnScore)
			from = columnPlaced
		}
		r.fill(f, code, from)
	}
}

// fill puts a column of the file into the table.
func (r *Ranks) fill(f *snapshot.Families, code, column string) {
	if f.InPlanes {
		r.file.Cells(column).Slice(f.Families.Sliced(code), f.First, f.Families.Rows)
		return
	}
	r.file.ReadInto(f.Families.Add(code), column, f.First)
}

// OwnScore returns the model's scores of a table that Fill has filled.
func OwnScore(families *column.Table) *column.Column {
	if own := families.Columns[columnOwnScore]; own != nil {
		return own
	}
	return families.Columns[columnScore]
}

// Rank is one family's place. Score is the model's; the deciles go by the
// order of the ranking, in which a meeting may have placed the family
// elsewhere.
type Rank struct {
	Score, Decile, DecileRegion int64
	Known                       bool
}

// At returns the rank of family i of a table that Fill has filled.
func At(families *column.Table, i int) Rank {
	score, known := OwnScore(families).At(i)
	return Rank{score, families.Columns[columnDecile].Values[i], families.Columns[columnDecileRegion].Values[i], known}
}

// Meetings returns the meetings by which the ranking placed families.
func (r *Ranking) Meetings() (Meetings, error) {
	if r.Order == nil || r.Order.Digest == "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(r.dir, meetingsFile))
	if err != nil {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", meetingsFile).Because(err)
	}
	var m Meetings
	if err := json.Unmarshal(text, &m); err != nil || m.Digest() != r.Order.Digest {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", meetingsFile).Because(err)
	}
	return m, nil
}

// order returns the order that the ranking went by.
func (r *Ranking) order() Order {
	if r.Order == nil {
		return Order{}
	}
	return Order{By: r.Order.By, Score: r.Order.Score, Community: r.Order.Community}
}

// Lines returns the poverty lines that the ranking was measured by.
func (r *Ranking) Lines() (Lines, error) { return LoadLines(os.DirFS(r.dir)) }
