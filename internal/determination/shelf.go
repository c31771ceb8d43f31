package determination

import (
	"context"
	"crypto/sha256"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// opened is a determination ready to be asked about single families.
type opened struct {
	header     Header
	files      *Files
	snap       *snapshot.Snapshot
	ranking    *targeting.Ranking
	programmes []*programme.Programme
}

// regency is a verified partition of an opened determination.
type regency struct {
	part  int
	facts *snapshot.Partition
	ranks *targeting.Ranks
	rows  []*Rows // by programme, in the order of deciding
}

// shelf keeps what was opened last: all of it is immutable and was verified
// when it was read, and a page about a family should not hash a regency anew.
type shelf struct {
	mu        sync.Mutex
	opened    []*opened // the latest first
	regencies []shelved
	pack      atomic.Pointer[pack]
}

// pack is the programmes that were read last.
type pack struct {
	sum        [sha256.Size]byte // of the files that they were read from
	programmes []*programme.Programme
}

type shelved struct {
	id      ident.ID
	regency *regency
}

// How much is kept: a determination is small, a regency is its column files.
const (
	shelfDeterminations = 4
	shelfRegencies      = 2
)

// openForOne returns a determination for asking about single families.
func (s *Service) openForOne(ctx context.Context, id ident.ID) (*opened, error) {
	h, err := s.Header(ctx, id) // its state moves on, so it is read anew
	if err != nil {
		return nil, err
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	for _, o := range s.shelf.opened {
		if o.header.ID == id {
			fresh := *o
			fresh.header = h
			return &fresh, nil
		}
	}
	o := &opened{header: h}
	if _, o.files, err = s.open(ctx, id); err != nil {
		return nil, err
	}
	if o.snap, err = s.Snapshots.Open(ctx, h.SnapshotID); err != nil {
		return nil, err
	}
	if o.ranking, err = s.Rankings.Open(ctx, h.RankingID); err != nil {
		return nil, err
	}
	if o.snap.Digest != o.files.Snapshot || o.ranking.Digest != o.files.Ranking {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	if o.programmes, err = s.programmes(o.files); err != nil {
		return nil, err
	}
	s.shelf.opened = append([]*opened{o}, s.shelf.opened[:min(len(s.shelf.opened), shelfDeterminations-1)]...)
	return o, nil
}

// programmes is files.Programmes, compiled once for the same files: a list to
// pay asks for them programme by programme. The files are read each time, so
// that a copy that has changed is refused each time.
func (s *Service) programmes(files *Files) ([]*programme.Programme, error) {
	sum, err := files.policySum()
	if err != nil {
		return nil, fault.Invalid("determination.policy_changed").Because(err)
	}
	if p := s.shelf.pack.Load(); p != nil && p.sum == sum {
		return p.programmes, nil
	}
	all, err := files.Programmes(s.Catalogue)
	if err != nil {
		return nil, err
	}
	s.shelf.pack.Store(&pack{sum, all})
	return all, nil
}

// regencyOf returns the partition that holds an area's families.
func (s *Service) regencyOf(o *opened, area string) (*regency, error) {
	part, ok := o.snap.PartOf(area)
	if !ok {
		return nil, fault.NotFound("determination.family_outside")
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	for _, x := range s.shelf.regencies {
		if x.id == o.header.ID && x.regency.facts.Area == part.Area {
			return x.regency, nil
		}
	}
	r, err := o.read(part)
	if err != nil {
		return nil, err
	}
	s.shelf.regencies = append([]shelved{{o.header.ID, r}}, s.shelf.regencies[:min(len(s.shelf.regencies), shelfRegencies-1)]...)
	return r, nil
}

func (o *opened) read(part snapshot.Part) (*regency, error) {
	r := &regency{}
	for i, p := range o.snap.Parts {
		if p.Area == part.Area {
			r.part = i
		}
	}
	var err error
	if r.facts, err = o.snap.Partition(part); err != nil {
		return nil, err
	}
	if r.ranks, err = o.ranking.Ranks(r.part); err != nil {
		return nil, err
	}
	r.rows = make([]*Rows, len(o.programmes))
	var g errgroup.Group // somebody waits for a page
	g.SetLimit(runtime.GOMAXPROCS(0))
	for k := range o.programmes {
		g.Go(func() (err error) {
			r.rows[k], err = o.files.Rows(o.files.Content.Programmes[k].Parts[r.part])
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return r, nil
}

// family is one family of an opened determination, as a batch of one with all
// its facts and ranks.
type family struct {
	*snapshot.Families
	// decision returns what programme k says of the family, or of a member.
	decision func(k, member int) Decision
}

// family reads a family of a village.
func (s *Service) family(o *opened, area string, id ident.ID) (*family, error) {
	r, err := s.regencyOf(o, area)
	if err != nil {
		return nil, err
	}
	row, err := r.facts.Find(area, id)
	if err != nil {
		return nil, err
	}
	f, err := r.facts.Read(row, row+1, snapshot.Columns{})
	if err != nil {
		return nil, err
	}
	r.ranks.Fill(f)
	return &family{f, func(k, member int) Decision {
		row := f.First
		if member != noMember {
			row = f.FirstMember + member
		}
		return r.rows[k].At(row)
	}}, nil
}
