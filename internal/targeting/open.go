package targeting

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/column"
	"gotong/internal/fault"
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
)

// write finishes the folder of a ranking.
func (m *Manifest) write(dir string, model *Model, lines Lines, signer snapshot.Signer) error {
	m.Digest = snapshot.Digest("ranking", m.Content)
	for name, text := range map[string][]byte{modelFile: model.Text, linesFile: lines.text} {
		if err := snapshot.WriteSynced(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	if err := snapshot.WriteSigned(filepath.Join(dir, manifestFile), manifestKind, m, signer); err != nil {
		return err
	}
	return snapshot.SyncDir(dir)
}

// Ranking is an opened ranking. It is safe for concurrent use.
type Ranking struct {
	Manifest
	dir string
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
type Ranks struct{ file *snapshot.File }

// Ranks reads the ranks of a part, by its place in Parts, which is also its
// place in the snapshot's. It returns fault.Invalid when a bit has changed.
func (r *Ranking) Ranks(part int) (*Ranks, error) {
	p := r.Parts[part]
	f, err := snapshot.ReadFile(filepath.Join(r.dir, p.File), p.Sum)
	return &Ranks{f}, err
}

// Fill puts the ranks of a stretch of families beside their facts.
func (r *Ranks) Fill(f *snapshot.Families) {
	for _, code := range []string{columnScore, columnDecile, columnDecileRegion} {
		r.file.ReadInto(f.Families.Add(code), code, f.First)
	}
}

// Rank is one family's place.
type Rank struct {
	Score, Decile, DecileRegion int64
	Known                       bool
}

// At returns the rank of family i of a table that Fill has filled.
func At(families *column.Table, i int) Rank {
	score, known := families.Columns[columnScore].At(i)
	return Rank{score, families.Columns[columnDecile].Values[i], families.Columns[columnDecileRegion].Values[i], known}
}

// Lines returns the poverty lines that the ranking was measured by.
func (r *Ranking) Lines() (Lines, error) { return LoadLines(os.DirFS(r.dir)) }
