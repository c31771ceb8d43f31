package targeting

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// Header is what the database keeps of a ranking.
type Header struct {
	ID          ident.ID   `json:"id"`
	SnapshotID  ident.ID   `json:"snapshot_id"`
	Model       string     `json:"model"`
	ModelDigest string     `json:"model_digest"`
	Models      []ModelUse `json:"models,omitempty"` // that rank some areas in its place
	AsOf        civil.Date `json:"as_of"`
	Digest      string     `json:"digest"`
	Order       *OrderUse  `json:"order,omitempty"`
	Nation      Region     `json:"nation"`
	Regions     []Region   `json:"regions"`
	CreatedAt   time.Time  `json:"created_at"`
	CreatedBy   string     `json:"created_by"` // login
}

// ModelNames names the models by which the families were ranked: the first,
// and each other with its areas.
func (h Header) ModelNames() string {
	all := h.Model
	for _, m := range h.Models {
		all += ", " + m.Code + " (" + strings.Join(m.Areas, " ") + ")"
	}
	return all
}

// FamilyRank is one family's row of a ranking.
type FamilyRank struct {
	FamilyID ident.ID
	Area     string
	Rank
}

// Store keeps rankings and each family's place in them.
type Store interface {
	// Add keeps a header and every row that rows yields;
	// fault.Conflict when its digest is there already.
	Add(ctx context.Context, h Header, rows func(yield func(FamilyRank) error) error) error
	// Header returns one header, or fault.NotFound.
	Header(ctx context.Context, id ident.ID) (Header, error)
	// ByDigest returns the header with a digest, or fault.NotFound.
	ByDigest(ctx context.Context, digest string) (Header, error)
	// Headers returns at most limit headers, the newest first.
	Headers(ctx context.Context, limit int) ([]Header, error)
	// RanksOf returns a family's places in the actor's areas, the newest first.
	RanksOf(ctx context.Context, family ident.ID) ([]Place, error)
}

// Place is a family's place in one ranking.
type Place struct {
	Ranking ident.ID   `json:"ranking"`
	Model   string     `json:"model"`
	AsOf    civil.Date `json:"as_of"`
	FamilyRank
}

// Service ranks families.
type Service struct{ Deps }

// Deps are what a Service is made of.
type Deps struct {
	Unit      work.Unit
	Store     Store
	Snapshots *snapshot.Service
	Catalogue *indicator.Catalogue
	Models    Models
	Versions  ModelStore // of proposed models; nil for none
	Lines     Lines
	Orders    OrderBook    // by what rankings go; without any, by the score
	Meetings  MeetingStore // of village meetings; nil for none
	Surveys   PovertyStore // of what surveys found; nil for none
	Register  Register     // whom a meeting may rank
	Signer    snapshot.Signer
	Log       *audit.Log
	Clock     clock.Clock
	IDs       *ident.Maker
	Root      string // folder under which each ranking has its own
}

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

// Rank ranks the families of a snapshot by the model with a code, or when code
// is empty each by the model in force for its area on the snapshot's day. A ranking that is there
// already is returned as it is.
//
// Stages: rank_score and rank_write, counting families.
func (s *Service) Rank(ctx context.Context, snapshotID ident.ID, code string, p run.Progress) (Header, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Header{}, err
	}
	snap, err := s.Snapshots.Open(ctx, snapshotID)
	if err != nil {
		return Header{}, err
	}
	if err := os.MkdirAll(s.Root, 0o700); err != nil {
		return Header{}, fmt.Errorf("targeting: %w", err)
	}
	if err := s.AdoptModels(ctx); err != nil {
		return Header{}, err
	}
	by, err := s.policy(ctx, code, snap)
	if err != nil {
		return Header{}, err
	}
	dir, err := os.MkdirTemp(s.Root, "building-")
	if err != nil {
		return Header{}, fmt.Errorf("targeting: %w", err)
	}
	defer os.RemoveAll(dir) // gone by then when all went well
	m, err := Make(ctx, snap, by, dir, s.Signer, s.Clock.Now(), p)
	if err != nil {
		return Header{}, err
	}
	h := Header{ID: s.IDs.New(), SnapshotID: snapshotID, Model: m.Model, ModelDigest: m.ModelDigest, Models: m.Models, AsOf: snap.AsOf,
		Digest: m.Digest, Order: m.Order, Nation: m.Nation, Regions: m.Regions, CreatedAt: m.CreatedAt, CreatedBy: actor.Login}
	return s.keep(ctx, h, snap, dir)
}

// Make computes a ranking into the empty folder dir and signs it, and needs no
// database.
func Make(ctx context.Context, snap *snapshot.Snapshot, by Policy, dir string, signer snapshot.Signer, at time.Time, p run.Progress) (Manifest, error) {
	content, err := Compute(ctx, snap, by, dir, p)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Content: content, CreatedAt: at}
	return m, m.write(dir, by, signer)
}

// policy gathers what a ranking of a snapshot goes by: the model with a code,
// or those in force on its day; the order in force, and the meetings that
// count then.
func (s *Service) policy(ctx context.Context, code string, snap *snapshot.Snapshot) (Policy, error) {
	by, on := Policy{Lines: s.Lines}, snap.AsOf
	var err error
	if code == "" {
		areas := make([]string, len(snap.Parts))
		for i, part := range snap.Parts {
			areas[i] = part.Area
		}
		by.Model, by.Regional, err = s.Models.InForceFor(on, areas)
	} else {
		by.Model, err = s.Models.Model(code)
	}
	if err != nil || len(s.Orders.all) == 0 {
		return by, err
	}
	if by.Order, err = s.Orders.On(on); err != nil || s.Meetings == nil {
		return by, err
	}
	all, err := work.Read(ctx, s.Unit, func(ctx context.Context) ([]Meeting, error) {
		return s.Meetings.Since(ctx, on.AddMonths(-int(by.Order.Months)))
	})
	by.Meetings = Counting(all, by.Order, on)
	return by, err
}

// keep records the ranking and moves its folder to its place, unless the
// same ranking is there already.
func (s *Service) keep(ctx context.Context, h Header, snap *snapshot.Snapshot, dir string) (Header, error) {
	ranking, err := Open(dir, s.Signer.Public())
	if err != nil {
		return Header{}, err
	}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		earlier, err := s.Store.ByDigest(ctx, h.Digest)
		if err == nil {
			h = earlier
			return nil
		}
		if !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if err := s.Store.Add(ctx, h, func(yield func(FamilyRank) error) error { return ranking.each(snap, yield) }); err != nil {
			return err
		}
		if err := s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: "ranking.compute",
			Subject: h.ID.String(), Count: h.Nation.Ranked, Detail: h.Digest}); err != nil {
			return err
		}
		return errors.Join(os.Rename(dir, s.Dir(h.ID)), intact.SyncFolder(s.Root))
	})
	if err != nil {
		return Header{}, fmt.Errorf("targeting: keeping the ranking: %w", err)
	}
	return h, nil
}

// each yields every family's rank, in the snapshot's order.
func (r *Ranking) each(snap *snapshot.Snapshot, yield func(FamilyRank) error) error {
	for i, part := range snap.Parts {
		choice := snapshot.Only().WithFamilyIDs()
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return err
		}
		ranks, err := r.Ranks(i)
		if err != nil {
			return err
		}
		f, err := p.Read(0, p.Families, choice)
		if err != nil {
			return err
		}
		ranks.Fill(f)
		for row, id := range f.IDs {
			if err := yield(FamilyRank{id, f.Area(row), At(f.Families, row)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Dir returns the folder of a ranking.
func (s *Service) Dir(id ident.ID) string { return filepath.Join(s.Root, id.String()) }

// Header returns what is kept of a ranking, or fault.NotFound.
func (s *Service) Header(ctx context.Context, id ident.ID) (Header, error) {
	return work.Read(ctx, s.Unit, func(ctx context.Context) (Header, error) { return s.Store.Header(ctx, id) })
}

// Headers returns at most limit rankings, the newest first. They hold counts
// of regencies and cities, no one's data.
func (s *Service) Headers(ctx context.Context, limit int) ([]Header, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Header, error) { return s.Store.Headers(ctx, limit) })
}

// Open opens a ranking for computing on it. It checks no permission: whoever
// computes for someone has checked theirs.
func (s *Service) Open(ctx context.Context, id ident.ID) (*Ranking, error) {
	h, err := s.Header(ctx, id)
	if err != nil {
		return nil, err
	}
	r, err := Open(s.Dir(id), s.Signer.Public())
	if err != nil {
		return nil, err
	}
	if r.Digest != h.Digest {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	return r, nil
}

// Standing is a family's place in one ranking, held against the poverty lines
// of the ranking's day.
type Standing struct {
	Place
	Consumption   money.Rupiah // predicted, per person per month; 0 where Known is false
	Poor, Extreme *Line        // nil where there is no line
}

// IsPoor reports whether predicted consumption lies below the poverty line.
func (s Standing) IsPoor() bool { return s.Known && s.Poor != nil && s.Consumption < s.Poor.Monthly }

// IsExtreme is IsPoor for extreme poverty.
func (s Standing) IsExtreme() bool {
	return s.Known && s.Extreme != nil && s.Consumption < s.Extreme.Monthly
}

// History returns how a family in the actor's areas has stood, the newest
// ranking first, and records the look.
func (s *Service) History(ctx context.Context, purpose access.Purpose, family ident.ID) ([]Standing, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	var standings []Standing
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		places, err := s.Store.RanksOf(ctx, family)
		if err != nil {
			return err
		}
		for _, p := range places {
			standings = append(standings, s.standing(p))
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "rank.read", Subject: family.String(),
			Fields: []string{columnScore, columnDecile}, Count: int64(len(places))})
	})
	if err != nil {
		return nil, fmt.Errorf("targeting: history: %w", err)
	}
	return standings, nil
}

func (s *Service) standing(p Place) Standing {
	st := Standing{Place: p}
	if p.Known {
		st.Consumption = Consumption(p.Score)
	}
	setting := SettingIn(s.Catalogue, p.Area, p.AsOf)
	if line, err := s.Lines.Line(LinePoor, p.Area, setting, p.AsOf); err == nil {
		st.Poor = &line
	}
	if line, err := s.Lines.Line(LineExtreme, p.Area, setting, p.AsOf); err == nil {
		st.Extreme = &line
	}
	return st
}
