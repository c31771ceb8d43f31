package condition

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Counts counts duties by what is known of them.
type Counts struct {
	Met     int64 `json:"met"`
	Missed  int64 `json:"missed"`
	Excused int64 `json:"excused"`
	Open    int64 `json:"no_data"`
}

// Total adds them up.
func (c Counts) Total() int64 { return c.Met + c.Missed + c.Excused + c.Open }

// Add counts n of a status.
func (c *Counts) Add(s Status, n int64) {
	switch s {
	case Met:
		c.Met += n
	case Missed:
		c.Missed += n
	case Excused:
		c.Excused += n
	default:
		c.Open += n
	}
}

// FamilyMonth is a family with its duties of a month.
type FamilyMonth struct {
	FamilyID   ident.ID
	Area       string
	Group      ident.ID // zero: in none
	GroupName  string
	Counts     Counts
	VerifiedBy string // "" while nobody has
	VerifiedAt time.Time
	Head       string // name of the family's head; filled for who may see it
	Address    string
}

// FamilyFilter chooses families of a month.
type FamilyFilter struct {
	Month    Month
	Group    ident.ID // zero is any
	Login    string   // groups of this facilitator; "" is any
	Area     string
	Verified string // "ya", "belum"; "" is both
	Missed   bool   // with at least one miss
	Offset   int
	Limit    int
}

// Families lists families with duties in a month, by group, area and id, and
// how many there are. The look is recorded. It needs access.SeeDuties.
func (s *Service) Families(ctx context.Context, f FamilyFilter) ([]FamilyMonth, int64, error) {
	var all []FamilyMonth
	var total int64
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if all, total, err = s.Store.Families(ctx, f); err != nil {
			return audit.Act{}, err
		}
		a := act("families", ident.ID{}, f.Area, f.Month.String())
		a.Count, a.Fields = int64(len(all)), []string{"name", "duty"}
		return a, s.name(ctx, all)
	})
	return all, total, err
}

func (s *Service) name(ctx context.Context, all []FamilyMonth) error {
	ids := make([]ident.ID, len(all))
	at := make(map[ident.ID]*FamilyMonth, len(all))
	for i := range all {
		ids[i], at[all[i].FamilyID] = all[i].FamilyID, &all[i]
	}
	people, err := s.People.Members(ctx, ids, access.PurposeService)
	for _, p := range people {
		if f := at[p.FamilyID]; f != nil && (p.Head || f.Head == "") {
			f.Head, f.Address = p.Name, p.Address
		}
	}
	return err
}

// Progress counts how far the families of a month have been verified.
type Progress struct {
	Families int64 `json:"families"`
	Verified int64 `json:"verified"`
	Duties   Counts
}

// Progress returns how far a month has come, by the same filter as Families.
// It needs access.SeeDuties.
func (s *Service) Progress(ctx context.Context, f FamilyFilter) (Progress, error) {
	var p Progress
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		p, err = s.Store.Progress(ctx, f)
		return err
	})
	return p, err
}

// Months lists the months of which duties are on record, newest first. It
// needs access.SeeDuties.
func (s *Service) Months(ctx context.Context) ([]Month, error) {
	var all []Month
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		all, err = s.Store.Months(ctx)
		return err
	})
	return all, err
}

// FamilyDuties is everything about one family's duties.
type FamilyDuties struct {
	FamilyID      ident.ID
	Area          string
	Duties        []Duty // newest month first, then by member
	Verifications map[Month]Verification
	Effects       []Effect // newest first
	Meetings      Attendance
	Group         Group // zero where the family is in none
}

// OfFamily returns the duties of a family in some months, and all that
// followed from its duties. The look is recorded. It needs access.SeeDuties.
func (s *Service) OfFamily(ctx context.Context, family ident.ID, from, to Month) (FamilyDuties, error) {
	f := FamilyDuties{FamilyID: family, Verifications: map[Month]Verification{}}
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if f.Duties, err = s.Store.DutiesOf(ctx, family, from, to); err != nil {
			return audit.Act{}, err
		}
		if f.Effects, err = s.Store.EffectsOf(ctx, family); err != nil {
			return audit.Act{}, err
		}
		if f.Meetings, err = s.Store.AttendanceOf(ctx, family); err != nil {
			return audit.Act{}, err
		}
		if f.Group, err = s.Store.GroupOf(ctx, family); err != nil && !fault.Is(err, fault.KindNotFound) {
			return audit.Act{}, err
		}
		if err := s.fill(ctx, &f); err != nil {
			return audit.Act{}, err
		}
		a := act("of_family", family, f.Area, "")
		a.Count, a.Fields = int64(len(f.Duties)), []string{"name", "duty"}
		return a, nil
	})
	return f, err
}

// fill names the members and adds who verified what.
func (s *Service) fill(ctx context.Context, f *FamilyDuties) error {
	if len(f.Duties)+len(f.Effects) == 0 {
		return nil
	}
	if err := s.nameDuties(ctx, f.Duties); err != nil {
		return err
	}
	names := map[ident.ID]string{}
	for _, d := range f.Duties {
		f.Area, names[d.PersonID] = d.Area, d.Name
		if _, known := f.Verifications[d.Due]; d.Verified && !known {
			v, err := s.Store.Verification(ctx, f.FamilyID, d.Due)
			if err != nil {
				return err
			}
			f.Verifications[d.Due] = v
		}
	}
	for i := range f.Effects {
		f.Effects[i].Name, f.Area = names[f.Effects[i].PersonID], f.Effects[i].Area
	}
	slices.SortStableFunc(f.Duties, func(a, b Duty) int { return cmp.Or(cmp.Compare(b.Due, a.Due), cmp.Compare(a.Name, b.Name)) })
	return nil
}

// nameDuties fills in whose duties they are.
func (s *Service) nameDuties(ctx context.Context, all []Duty) error {
	var families []ident.ID
	for _, d := range all {
		families = append(families, d.FamilyID)
	}
	people, err := s.members(ctx, families)
	for i := range all {
		p := people[all[i].PersonID]
		all[i].Name, all[i].Address, all[i].Gone = p.Name, p.Address, p.Gone
	}
	return err
}

// members returns the members of families by their ids.
func (s *Service) members(ctx context.Context, families []ident.ID) (map[ident.ID]Person, error) {
	slices.SortFunc(families, func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
	people, err := s.People.Members(ctx, slices.Compact(families), access.PurposeService)
	by := make(map[ident.ID]Person, len(people))
	for _, p := range people {
		by[p.ID] = p
	}
	return by, err
}

// FacilityList returns what a facility is asked about in a month, by name.
// The look is recorded. It needs access.SeeDuties.
func (s *Service) FacilityList(ctx context.Context, facility ident.ID, month Month) (Facility, []Duty, error) {
	var f Facility
	var all []Duty
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if f, err = s.Store.Facility(ctx, facility); err != nil {
			return audit.Act{}, err
		}
		if all, err = s.Store.DutiesAt(ctx, facility, month); err != nil {
			return audit.Act{}, err
		}
		if err := s.nameDuties(ctx, all); err != nil {
			return audit.Act{}, err
		}
		slices.SortStableFunc(all, func(a, b Duty) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Condition, b.Condition)) })
		a := act("facility_list", facility, f.Area, month.String())
		a.Count, a.Fields = int64(len(all)), []string{"name", "duty"}
		return a, nil
	})
	return f, all, err
}

// EffectFilter chooses effects.
type EffectFilter struct {
	Programme string
	Period    string // that one; "" is any
	Until     string // that one or an earlier one
	Area      string
	Status    EffectStatus
	Appeal    AppealStatus // with an appeal that stands so
	Sanction  string
}

// Effects lists effects, newest instalment first, by name of the member. The
// look is recorded. It needs access.SeeDuties.
func (s *Service) Effects(ctx context.Context, f EffectFilter) ([]Effect, error) {
	all, err := s.effects(ctx, f)
	if err != nil {
		return nil, err
	}
	var families []ident.ID
	for _, e := range all {
		families = append(families, e.FamilyID)
	}
	people, err := s.members(ctx, families)
	for i := range all {
		all[i].Name = people[all[i].PersonID].Name
	}
	return all, err
}

func (s *Service) effects(ctx context.Context, f EffectFilter) ([]Effect, error) {
	var all []Effect
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		all, err = s.Store.Effects(ctx, f)
		a := act("effects", ident.ID{}, f.Area, f.Period)
		a.Count, a.Fields = int64(len(all)), []string{"name", "effect"}
		return a, err
	})
	return all, err
}
