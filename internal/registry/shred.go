package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/seal"
)

// Gone are those of a family whom an erasure takes away.
type Gone struct {
	Family  ident.ID
	Whole   bool // the family itself is erased, with all of it
	Persons []ident.ID
}

// subjects are all that is taken away: persons, and the family with all of it.
func (g Gone) subjects() []ident.ID {
	if g.Whole {
		return append(slices.Clone(g.Persons), g.Family)
	}
	return g.Persons
}

// Traces are what is kept of persons beside the register: payments, letters,
// photos, matches with lists. An erasure reaches them all.
type Traces interface {
	// Forget blanks names and notes in the transaction of the context.
	Forget(ctx context.Context, g Gone) (Forgotten, error)
}

// Forgotten is what Traces did.
type Forgotten struct {
	Sealed [][]byte // values (or their beginnings) whose keys are to be destroyed
	Fates  []Fate
}

// Add notes what became of a place. Nothing is noted of one that held nothing.
func (f *Forgotten) Add(x Fate, sealed ...[]byte) {
	f.Sealed = append(f.Sealed, sealed...)
	if x.Gone+x.Kept > 0 {
		f.Fates = append(f.Fates, x)
	}
}

// Fate is what an erasure did to what one place held of somebody: how much of
// it is gone, how much stays, and until when (zero: for good). A place has its
// words, and why something stays there, in locales/event.
type Fate struct {
	Place Where      `json:"place"`
	Gone  int        `json:"gone,omitempty"`
	Kept  int        `json:"kept,omitempty"`
	Until civil.Date `json:"until,omitzero"`
}

// Where is where something of a person is kept.
type Where string

// The places.
const (
	InRecord    Where = "record"    // names, days of birth, facts
	InNumbers   Where = "numbers"   // sealed NIK, KK and account numbers of the register, also of old versions
	InEvents    Where = "events"    // what was written of changes
	InPayments  Where = "payments"  // lines of pay lists; amount, day and status stay
	InRoutes    Where = "routes"    // by which somebody received for the family
	InProofs    Where = "proofs"    // pictures that payers of the post office showed
	InFiles     Where = "files"     // order and return files, which name whole lists
	InGoods     Where = "goods"     // lists of goods handed over; what and when stays
	InPictures  Where = "pictures"  // photos and signatures of handing over
	InMeals     Where = "meals"     // who was brought meals
	InDuties    Where = "duties"    // what was said of duties
	InEnds      Where = "ends"      // why it came to the end of programmes
	InLetters   Where = "letters"   // letters to the family
	InPapers    Where = "papers"    // papers that name whole lists
	InDecrees   Where = "decrees"   // decrees with their lists of names
	InRequests  Where = "requests"  // what was asked about one's own data, and why the record was held
	InMatches   Where = "matches"   // rows of authorities' lists
	InSnapshots Where = "snapshots" // facts without a name, by which a decision can be computed again
	InVersions  Where = "versions"  // that there was a change, when, and by whose hands
)

// Places lists the places in the order in which a citizen is told of them.
var Places = []Where{InRecord, InNumbers, InEvents, InLetters, InRequests, InMatches, InDuties, InEnds, InPayments, InRoutes, InProofs, InFiles, InPapers, InGoods,
	InPictures, InMeals, InDecrees, InSnapshots, InVersions}

type noTraces struct{}

func (noTraces) Forget(context.Context, Gone) (Forgotten, error) { return Forgotten{}, nil }

// Follow tells the register what else is kept of persons, before anything is
// served.
func (s *Service) Follow(t Traces) { s.traces = t }

// Shred is what an erasure takes out of the stored history.
type Shred struct {
	Gone
	Changes []Change // as they are from now on: cores blanked, texts emptied
	Events  []Event  // likewise, with a sealed request that tells nothing
}

// shred takes those whom the drafts erase out of all that is stored of them,
// and notes which keys must be destroyed when the transaction is through.
func (h *hand) shred(ctx context.Context) error {
	wide := everywhere(ctx)
	for _, d := range h.drafts {
		if len(d.rev.Change.Body.Erased) == 0 {
			continue
		}
		g := goneOf(d)
		history, err := h.s.store.History(wide, g.Family)
		if err != nil {
			return err
		}
		sealed := sealedOf(history, d.was, g)
		accounts, err := h.s.store.Accounts(wide, []ident.ID{g.Family})
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if g.Whole || slices.Contains(g.Persons, a.PersonID) {
				sealed = append(sealed, a.Sealed)
			}
		}
		events, requests, err := h.blankEvents(wide, g)
		if err != nil {
			return err
		}
		history.redact()
		for i := range history.Changes {
			history.Changes[i].blankTexts(d.rev.Change.Version)
		}
		var done Forgotten
		done.Add(Fate{Place: InRecord, Gone: len(g.Persons)})
		done.Add(Fate{Place: InNumbers, Gone: len(positions(sealed))}, sealed...)
		done.Add(Fate{Place: InEvents, Gone: len(events)}, requests...)
		done.Add(Fate{Place: InVersions, Kept: len(history.Changes)})
		err = h.s.store.Shred(wide, &Shred{Gone: g, Changes: history.Changes, Events: events}, func(ctx context.Context) error {
			elsewhere, err := h.s.traces.Forget(ctx, g)
			done.Sealed, done.Fates = append(done.Sealed, elsewhere.Sealed...), append(done.Fates, elsewhere.Fates...)
			slices.SortStableFunc(done.Fates, func(a, b Fate) int { return slices.Index(Places, a.Place) - slices.Index(Places, b.Place) })
			for i := range history.Changes {
				if c := &history.Changes[i]; c.Version == d.rev.Change.Version {
					c.Body.Fates = done.Fates
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		d.rev.Change.Body.Fates = done.Fates
		if err := h.s.store.NoteShredding(wide, positions(done.Sealed), h.now); err != nil {
			return err
		}
		if err := h.s.store.NoteErased(wide, h.event, g.subjects(), h.now); err != nil {
			return err
		}
	}
	return nil
}

func goneOf(d *draft) Gone {
	c := &d.rev.Change
	g := Gone{Family: c.FamilyID}
	for _, id := range c.Body.Erased {
		if id == c.FamilyID {
			g.Whole = true
		} else {
			g.Persons = append(g.Persons, id)
		}
	}
	if g.Whole { // also those who were erased, or came and went, before
		g.Persons = g.Persons[:0]
		for _, m := range d.was.Members {
			g.Persons = append(g.Persons, m.ID)
		}
	}
	return g
}

// sealedOf returns every sealed number that a history ever held of the gone.
func sealedOf(history *History, was *Record, g Gone) [][]byte {
	var sealed [][]byte
	for i := range history.Changes {
		body := &history.Changes[i].Body
		if g.Whole && body.Family != nil {
			sealed = append(sealed, body.Family.KKSealed)
		}
		for k := range body.Members {
			if m := &body.Members[k]; g.Whole || slices.Contains(g.Persons, m.ID) {
				sealed = append(sealed, m.NIKSealed)
			}
		}
	}
	if g.Whole {
		sealed = append(sealed, was.Family.KKSealed)
	}
	for i := range was.Members {
		if g.Whole || slices.Contains(g.Persons, was.Members[i].ID) {
			sealed = append(sealed, was.Members[i].NIKSealed)
		}
	}
	return sealed
}

// blankEvents returns what events tell of the family, but for those that
// wait, with texts emptied and a request that names nobody.
func (h *hand) blankEvents(ctx context.Context, g Gone) (events []Event, requests [][]byte, err error) {
	for offset := 0; ; offset += eventsMost {
		page, total, err := h.s.store.Events(ctx, EventFilter{Family: g.Family, Offset: offset, Limit: eventsMost})
		if err != nil {
			return nil, nil, err
		}
		for _, e := range page {
			if e.Status == EventProposed && e.ID != h.event {
				continue
			}
			empty, err := json.Marshal(Request{Kind: e.Kind, Family: e.Family, Person: e.Person, Other: e.Other})
			if err != nil {
				return nil, nil, err
			}
			requests = append(requests, e.Request)
			e.Request = h.s.keys.Seal(labelRequest, string(empty))
			e.Note, e.Decision = "", ""
			if e.ID != h.event {
				e.Evidence = ""
			}
			events = append(events, e)
		}
		if int64(offset+eventsMost) >= total {
			return events, requests, nil
		}
	}
}

// blankTexts empties what was written freely into a change, in which anybody
// can be named. What an erasure rests on, itself, and the import that a change
// came by stay.
func (c *Change) blankTexts(erasure int) {
	c.Reason = ""
	if c.Version == erasure {
		return
	}
	if _, err := ident.Parse(c.Evidence); err != nil {
		c.Evidence = ""
	}
}

func positions(lists ...[][]byte) []uint64 {
	var all []uint64
	for _, list := range lists {
		for _, sealed := range list {
			if p, ok := seal.Position(sealed); ok {
				all = append(all, p)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Scrubber leaves nothing on disk of what was written over.
type Scrubber interface {
	// OweScrub notes that Scrub is owed, in the transaction that writes over
	// what must leave no trace.
	OweScrub() error
	// Scrub does what is owed. While somebody still reads what is to go, as a
	// copy does, it stays owed.
	Scrub(ctx context.Context) error
	// ScrubOwed returns since when it is owed; the zero time when it is not.
	ScrubOwed() (time.Time, error)
}

// traceless is the Scrubber of a store that leaves none.
type traceless struct{}

func (traceless) OweScrub() error               { return nil }
func (traceless) Scrub(context.Context) error   { return nil }
func (traceless) ScrubOwed() (time.Time, error) { return time.Time{}, nil }

func (s *Service) scrubber() Scrubber {
	if x, ok := s.unit.(Scrubber); ok {
		return x
	}
	return traceless{}
}

// FinishErasures destroys the keys that erasures have noted and scrubs the
// disk. It follows every erasure, and is called when the program starts, for
// one that a dying process left half done. It returns how many keys it
// destroyed. While somebody reads what is to be scrubbed, that stays owed, and
// this is called again: see Scrubber.
func (s *Service) FinishErasures(ctx context.Context) (int, error) {
	ctx = access.With(ctx, access.System("erasure"))
	n := 0
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		noted, err := s.store.Shredding(ctx)
		if err != nil {
			return err
		}
		erased, err := s.store.Erased(ctx)
		if err != nil || len(noted)+len(erased) == 0 {
			return err
		}
		n = len(noted)
		if err := s.scrubber().OweScrub(); err != nil {
			return err
		}
		// The log's head is locked by the entry: no two processes shred at once.
		err = s.log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "erasure.shred", Count: int64(n)})
		if err != nil {
			return err
		}
		if err := s.keys.Shred(noted, erased...); err != nil {
			return err
		}
		if err := s.store.Shredded(ctx, noted); err != nil {
			return err
		}
		return s.store.ToldErased(ctx, erased)
	})
	if err != nil {
		return 0, fmt.Errorf("registry: destroying keys: %w", err)
	}
	if owed, err := s.scrubber().ScrubOwed(); err != nil || owed.IsZero() {
		return n, err
	}
	if err := s.scrubber().Scrub(ctx); err != nil {
		return n, fmt.Errorf("registry: %w", err)
	}
	return n, nil
}

// finish finishes the erasure of an outcome, and notes in it what stays owed.
func (s *Service) finish(ctx context.Context, out *Outcome) error {
	if _, err := s.FinishErasures(ctx); err != nil {
		return err
	}
	owed, err := s.scrubber().ScrubOwed()
	out.Traces = !owed.IsZero()
	return err
}

// ShredStore is the part of the store that erasures use.
type ShredStore interface {
	// Shred lets also write what is left elsewhere, and then writes what is
	// left of the history.
	Shred(ctx context.Context, x *Shred, also func(ctx context.Context) error) error
	// NoteShredding notes keys to be destroyed; Shredding returns all that
	// are noted, and Shredded strikes out those that are.
	NoteShredding(ctx context.Context, positions []uint64, at time.Time) error
	Shredding(ctx context.Context) ([]uint64, error)
	Shredded(ctx context.Context, positions []uint64) error
	// NoteErased notes whom an erasure took away, for the tree of keys to
	// remember; Erased returns all that are noted, and ToldErased strikes out
	// those whom it remembers.
	NoteErased(ctx context.Context, event ident.ID, subjects []ident.ID, at time.Time) error
	Erased(ctx context.Context) ([]seal.Erased, error)
	ToldErased(ctx context.Context, erased []seal.Erased) error
}
