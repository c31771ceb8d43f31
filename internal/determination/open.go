package determination

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/intact"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Manifest describes a determination; its file is signed.
type Manifest struct {
	Content
	CreatedAt time.Time `json:"created_at"`
	Digest    string    `json:"digest"` // of Content
}

const (
	manifestFile = "manifest.json"
	manifestKind = "determination manifest"
	policyDir    = "programmes" // copies of the programme files
)

// write finishes the folder of a determination.
func (m *Manifest) write(dir string, all []*programme.Programme, signer snapshot.Signer) error {
	m.Digest = m.Content.Digest()
	policy := filepath.Join(dir, policyDir)
	if err := os.Mkdir(policy, 0o700); err != nil {
		return fmt.Errorf("determination: %w", err)
	}
	for _, p := range all {
		if err := snapshot.WriteSynced(filepath.Join(policy, p.File), p.Text()); err != nil {
			return err
		}
	}
	if err := intact.SyncFolder(policy); err != nil {
		return err
	}
	if err := snapshot.WriteSigned(filepath.Join(dir, manifestFile), manifestKind, m, signer); err != nil {
		return err
	}
	return intact.SyncFolder(dir)
}

// Files is an opened determination. It is safe for concurrent use.
type Files struct {
	Manifest
	dir string
}

// OpenFiles opens the determination in dir. It returns fault.Invalid when its
// manifest is not the one that the key has signed.
func OpenFiles(dir string, key ed25519.PublicKey) (*Files, error) {
	f := &Files{dir: dir}
	if err := snapshot.ReadSigned(filepath.Join(dir, manifestFile), manifestKind, &f.Manifest, key); err != nil {
		return nil, err
	}
	if f.Format != Format {
		return nil, fault.Invalid("snapshot.format", "have", f.Format, "want", Format)
	}
	if f.Content.Digest() != f.Digest {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return f, nil
}

// Programmes reads the programmes as they were when they decided, in the
// order of deciding. It returns fault.Invalid when a copy has changed.
func (f *Files) Programmes(c *indicator.Catalogue) ([]*programme.Programme, error) {
	set, err := programme.LoadKept(c, os.DirFS(filepath.Join(f.dir, policyDir)))
	if err != nil {
		return nil, fault.Invalid("determination.policy_changed").Because(err)
	}
	all := set.InForce(f.AsOf)
	if len(all) != len(f.Content.Programmes) || rulePack(all) != f.RulePack {
		return nil, fault.Invalid("determination.policy_changed")
	}
	return all, nil
}

// policySum is known by the determination and every byte of its copies of the
// programme files.
func (f *Files) policySum() (sum [sha256.Size]byte, err error) {
	names, err := filepath.Glob(filepath.Join(f.dir, policyDir, "*.yaml"))
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s\n", f.RulePack, f.AsOf, f.Digest)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return sum, err
		}
		fmt.Fprintf(h, "%q %d\n%s", filepath.Base(name), len(text), text)
	}
	h.Sum(sum[:0])
	return sum, nil
}

// Result returns what is said of a programme, by code.
func (c Content) Result(code string) (ProgrammeResult, bool) {
	i := slices.IndexFunc(c.Programmes, func(r ProgrammeResult) bool { return r.Code == code })
	if i < 0 {
		return ProgrammeResult{}, false
	}
	return c.Programmes[i], true
}

// Rows are the outcomes of one programme in one partition, row by row in the
// snapshot's order: families, or members in a programme of persons.
type Rows struct {
	items                                 []rule.Truths
	entitled, waitlisted, open, uncertain column.Bitmap
	given                                 []int32 // how many are given something before each word of rows
	ends                                  []int32 // line after the last of each given
	place, benefit, member, annual        snapshot.Cells
}

// Rows reads an outcome file. It returns fault.Invalid when a bit of it has
// changed.
func (f *Files) Rows(p Part) (*Rows, error) {
	file, err := snapshot.ReadFile(filepath.Join(f.dir, p.File), p.Sum)
	if err != nil {
		return nil, err
	}
	r := &Rows{entitled: file.Bits(colEntitled), waitlisted: file.Bits(colWaitlisted), open: file.Bits(colOpen), uncertain: file.Bits(colUncertain),
		place: file.Cells(colPlace), benefit: file.Cells(colBenefit), member: file.Cells(colMember), annual: file.Cells(colAnnual)}
	for i := 0; file.Has(colYes(i)); i++ {
		r.items = append(r.items, rule.Truths{Yes: file.Bits(colYes(i)), Known: file.Bits(colKnown(i))})
	}
	n := int32(0)
	for w := range r.entitled {
		r.given = append(r.given, n)
		n += int32(bits.OnesCount64(r.entitled[w] | r.waitlisted[w]))
	}
	lines, end := file.Cells(colLines), int64(0)
	for i := range n {
		count, _ := lines.At(int(i))
		end += count
		r.ends = append(r.ends, int32(end))
	}
	return r, nil
}

// Decision is what is said of one subject.
type Decision struct {
	Outcome   Outcome
	Answers   Answers
	Place     int64 // in the queue for a quota, from 1; 0 where there is none
	Uncertain bool  // a missing fact may still change the lines
	Lines     []programme.Line
}

// At returns the decision of a row.
func (r *Rows) At(row int) Decision {
	d := Decision{Outcome: Refused, Uncertain: r.uncertain.Get(row)}
	for i, t := range r.items {
		d.Answers = d.Answers.With(i, t.At(row))
	}
	switch {
	case r.entitled.Get(row):
		d.Outcome = Entitled
	case r.waitlisted.Get(row):
		d.Outcome = Waitlisted
	case r.open.Get(row):
		d.Outcome = Undetermined
		return d
	default:
		return d
	}
	word := (r.entitled[row>>6] | r.waitlisted[row>>6]) & (1<<uint(row&63) - 1)
	given := int(r.given[row>>6]) + bits.OnesCount64(word)
	d.Place, _ = r.place.At(given)
	from := int32(0)
	if given > 0 {
		from = r.ends[given-1]
	}
	for i := int(from); i < int(r.ends[given]); i++ {
		benefit, _ := r.benefit.At(i)
		member, _ := r.member.At(i)
		annual, _ := r.annual.At(i)
		d.Lines = append(d.Lines, programme.Line{Benefit: int(benefit), Member: int(member), Annual: money.Rupiah(annual)})
	}
	return d
}

// Annual returns the sum of a decision's lines. It fits, since the sum of all
// does.
func (d Decision) Annual() money.Rupiah {
	sum, _ := programme.Amount{Lines: d.Lines}.Annual()
	return sum
}
