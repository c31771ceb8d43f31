package determination

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/intact"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/internal/work"
)

// Register is what determinations ask of the register.
type Register interface {
	Family(ctx context.Context, id ident.ID, purpose access.Purpose) (*registry.Dossier, error)
	MembersOf(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]*registry.Record, error)
}

// Service runs, explains, rechecks and enacts determinations.
type Service struct {
	Deps
	shelf    shelf
	failures failures
	trials   trials
}

// Deps are what a Service is made of.
type Deps struct {
	Unit       work.Unit
	Store      Store
	Snapshots  *snapshot.Service
	Rankings   *targeting.Service
	Programmes *programme.Set
	Catalogue  *indicator.Catalogue
	Register   Register
	Rules      Asker // answers rules inside the database, for a recheck
	Keys       *seal.Keyring
	Log        *audit.Log
	Clock      clock.Clock
	IDs        *ident.Maker
	Random     io.Reader // notice codes
	Root       string    // folder under which each determination has its own

	// Truth is what families are known to consume, by which trials count
	// errors; nil where nothing is known.
	Truth func(ctx context.Context) (map[ident.ID]money.Rupiah, error)

	// Followed is called when a determination has come into force, for what
	// elsewhere goes by what people get; it may be nil.
	Followed func(ctx context.Context)

	// Suspended tells since when the data of a family are not processed; nil
	// where there are no suspensions.
	Suspended func(ctx context.Context, family ident.ID) (since time.Time, yes bool, err error)

	Advice AdviceRules // what may be advised to who is refused; without any nothing is

	Checks CheckRules   // of the public status check; without any there is no alarm
	Warn   *slog.Logger // where an alarm is raised beside the audit log; nil for nowhere
}

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{Deps: d} }

// Args says what to determine.
type Args struct {
	SnapshotID ident.ID
	RankingID  ident.ID
	AsOf       civil.Date // day whose programme versions count; zero for the snapshot's
	Programmes []string   // codes; empty for all in force
}

// Run determines. A determination that is there already is returned as it is.
// When dry is true nothing is kept, and the header has no id.
//
// Stages: determine, counting subjects by outcome, and determine_write,
// counting rows.
func (s *Service) Run(ctx context.Context, a Args, dry bool, p run.Progress) (Header, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Header{}, err
	}
	in, err := s.input(ctx, a)
	if err != nil {
		return Header{}, err
	}
	if err := in.Snapshot.Prove(ctx); err != nil {
		return Header{}, err
	}
	if err := os.MkdirAll(s.Root, 0o700); err != nil {
		return Header{}, fmt.Errorf("determination: %w", err)
	}
	dir, err := os.MkdirTemp(s.Root, "building-")
	if err != nil {
		return Header{}, fmt.Errorf("determination: %w", err)
	}
	defer os.RemoveAll(dir) // gone by then when it is kept
	content, err := Compute(ctx, in, dir, p)
	if err != nil {
		return Header{}, err
	}
	h := Header{SnapshotID: a.SnapshotID, RankingID: a.RankingID, State: Computed, CreatedAt: s.Clock.Now(), CreatedBy: actor.Login,
		Digest: content.Digest(), Content: content}
	if dry {
		return h, nil
	}
	m := Manifest{Content: content, CreatedAt: h.CreatedAt}
	if err := m.write(dir, in.Programmes, s.Keys); err != nil {
		return Header{}, err
	}
	h.ID = s.IDs.New()
	return s.keep(ctx, h, in, dir, p)
}

// Compute determines into the empty folder dir and needs no database. It signs
// nothing: Run does that with what it keeps.
//
// Stage: determine, counting subjects by outcome.
func Compute(ctx context.Context, in Input, dir string, p run.Progress) (Content, error) {
	into, err := snapshot.OpenFolder(dir)
	if err != nil {
		return Content{}, err
	}
	defer into.Close()
	content, err := compute(ctx, in, kernels{}, snapshot.Stretch, into.Write, p)
	if err != nil {
		return Content{}, err
	}
	return content, into.Save()
}

// input opens what a determination depends on.
func (s *Service) input(ctx context.Context, a Args) (Input, error) {
	in := Input{AsOf: a.AsOf}
	err := s.AdoptVersions(ctx)
	if err != nil {
		return in, err
	}
	if in.Snapshot, err = s.Snapshots.Open(ctx, a.SnapshotID); err != nil {
		return in, err
	}
	if in.Ranking, err = s.Rankings.Open(ctx, a.RankingID); err != nil {
		return in, err
	}
	if in.AsOf == 0 {
		in.AsOf = in.Snapshot.AsOf
	}
	in.Programmes = s.Programmes.InForce(in.AsOf)
	if len(a.Programmes) > 0 {
		for _, code := range a.Programmes {
			if _, err := s.Programmes.Version(code, in.AsOf); err != nil {
				return in, err
			}
		}
		in.Programmes = slices.DeleteFunc(in.Programmes, func(p *programme.Programme) bool { return !slices.Contains(a.Programmes, p.Code) })
	}
	if len(in.Programmes) == 0 {
		return in, fault.NotFound("determination.no_programmes", "date", in.AsOf)
	}
	return in, nil
}

// keep records the determination, its rows some at a time, and at last moves
// its folder to its place and lets it be seen. The same one is not kept twice;
// one that was begun and not finished is gone on with.
//
// Stage: determine_write, counting subjects.
func (s *Service) keep(ctx context.Context, h Header, in Input, dir string, p run.Progress) (Header, error) {
	files, err := OpenFiles(dir, s.Keys.Public())
	if err != nil {
		return Header{}, err
	}
	w := &rowWriter{service: s, files: files, input: in, progress: p}
	if err := s.Unit.Write(ctx, func(ctx context.Context) error { return w.begin(ctx, h) }); err != nil {
		return Header{}, fmt.Errorf("determination: keeping it: %w", err)
	}
	if w.finished {
		return w.header, nil
	}
	p.Stage("determine_write", 0)
	for !w.complete() {
		if err := s.Unit.Write(ctx, w.some); err != nil {
			return Header{}, fmt.Errorf("determination: writing rows: %w", err)
		}
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.Finish(ctx, w.header.ID); err != nil {
			return err
		}
		if err := s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "determination.run",
			Subject: w.header.ID.String(), Count: in.Snapshot.Families, Detail: h.Digest}); err != nil {
			return err
		}
		// A folder that is there is of an attempt that came as far as this.
		if err := os.RemoveAll(s.Dir(w.header.ID)); err != nil {
			return err
		}
		return errors.Join(os.Rename(dir, s.Dir(w.header.ID)), intact.SyncFolder(s.Root))
	})
	if err != nil {
		return Header{}, fmt.Errorf("determination: keeping it: %w", err)
	}
	return w.header, nil
}

// Dir returns the folder of a determination.
func (s *Service) Dir(id ident.ID) string { return filepath.Join(s.Root, id.String()) }

// Header returns what is kept of a determination, or fault.NotFound. It holds
// figures of whole areas, no one's data.
func (s *Service) Header(ctx context.Context, id ident.ID) (Header, error) {
	return s.header(ctx, func(ctx context.Context) (Header, error) { return s.Store.Header(ctx, id) })
}

// Current returns the determination that was enacted last, or fault.NotFound.
func (s *Service) Current(ctx context.Context) (Header, error) {
	return s.header(ctx, s.Store.Current)
}

func (s *Service) header(ctx context.Context, read func(ctx context.Context) (Header, error)) (Header, error) {
	return work.Read(ctx, s.Unit, read)
}

// Headers returns at most limit determinations, the newest first.
func (s *Service) Headers(ctx context.Context, limit int) ([]Header, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Header, error) { return s.Store.Headers(ctx, limit) })
}

// open opens the files of a determination and holds them against its header.
func (s *Service) open(ctx context.Context, id ident.ID) (Header, *Files, error) {
	h, err := s.Header(ctx, id)
	if err != nil {
		return h, nil, err
	}
	f, err := OpenFiles(s.Dir(id), s.Keys.Public())
	if err != nil {
		return h, nil, err
	}
	if f.Digest != h.Digest {
		return h, nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return h, f, nil
}
