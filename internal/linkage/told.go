package linkage

import (
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// SideTold is one record of a pair as programs are told of it. Numbers are
// masked; of a record outside the actor's area nothing is told but its
// regency or city. A list tells name and birth date alone.
type SideTold struct {
	Shown        bool     `json:"shown" doc:"false: the record lies outside your area"`
	Area         string   `json:"area" doc:"village; of a record outside your area its regency or city"`
	Person       string   `json:"person,omitempty"`
	Family       string   `json:"family,omitempty"`
	Name         string   `json:"name,omitempty"`
	Born         string   `json:"born,omitempty"`
	Mother       string   `json:"mother_name,omitempty"`
	Sex          string   `json:"sex,omitempty" doc:"L or P, as in the import files"`
	NIKMasked    string   `json:"nik_masked,omitempty"`
	Address      string   `json:"address,omitempty"`
	RT           string   `json:"rt,omitempty"`
	RW           string   `json:"rw,omitempty"`
	LocalKey     string   `json:"local_key,omitempty"`
	Head         string   `json:"head,omitempty"`
	FamilySize   int      `json:"family_size,omitempty"`
	Status       string   `json:"status,omitempty" doc:"of the person"`
	FamilyStatus string   `json:"family_status,omitempty"`
	ObservedOn   string   `json:"observed_on,omitempty"`
	Aid          int64    `json:"aid,omitempty" doc:"rupiah a year"`
	Warnings     []string `json:"warnings,omitempty" doc:"where the numbers differ from what else is on record"`
}

// PieceTold is one piece of a score.
type PieceTold struct {
	Field   string  `json:"field"`
	Level   string  `json:"level"`
	Finding string  `json:"finding" doc:"the level in words"`
	Bits    float64 `json:"bits" doc:"above zero speaks for one person; one more means twice as likely"`
}

// PairTold is a pair as programs are told of it in a list.
type PairTold struct {
	ID        string     `json:"id"`
	Status    string     `json:"status" enum:"open,confirmed,rejected,settled"`
	Left      SideTold   `json:"left"`
	Right     SideTold   `json:"right"`
	Chance    float64    `json:"chance" doc:"that they are one person"`
	Same      bool       `json:"same" doc:"held to be one person by the run that found it"`
	AtStake   int64      `json:"at_stake" doc:"rupiah a year that both records get"`
	FoundAt   time.Time  `json:"found_at"`
	Kept      string     `json:"kept,omitempty" enum:"left,right" doc:"the record that stays, of a confirmed pair"`
	DecidedBy string     `json:"decided_by,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	Reason    string     `json:"reason,omitempty"`
}

// ReviewTold is a pair side by side, with its score piece by piece. The prior
// and the pieces add up to the sum.
type ReviewTold struct {
	PairTold
	Prior     float64     `json:"prior_bits" doc:"before anything is compared"`
	Pieces    []PieceTold `json:"pieces"`
	Sum       float64     `json:"sum_bits"`
	Suggested string      `json:"suggested,omitempty" enum:"left,right" doc:"the record that better stays; absent where one is not shown"`
	Others    []PairTold  `json:"others" doc:"other pairs of these two people"`
	Group     []SideTold  `json:"group" doc:"everybody held to be this one person, where they are more than two"`
	Next      string      `json:"next,omitempty" doc:"the pair to go on with"`
}

// regency is how many digits of an area code name a regency or city: of a
// person of another area no more is said.
const regency = 4

// Place returns the code of the area that may be told of a record.
func (s *Side) Place() string {
	if !s.Shown && len(s.Area) > regency {
		return s.Area[:regency]
	}
	return s.Area
}

// Listed tells of a record what a list does.
func (s *Side) Listed() SideTold {
	t := SideTold{Shown: s.Shown, Area: s.Place()}
	if s.Shown {
		t.Person, t.Family, t.Name, t.Born = s.Person.String(), s.Family.String(), s.Name, DayTold(s.Born)
	}
	return t
}

// Told tells of a record what the desk shows.
func (s *Side) Told(lang i18n.Lang) SideTold {
	t := s.Listed()
	if !s.Shown {
		return t
	}
	t.Sex = SexTold(s.Female)
	t.Mother, t.NIKMasked, t.Address, t.RT, t.RW = s.Mother, s.NIKMasked, s.Address, s.RT, s.RW
	t.LocalKey, t.Head, t.FamilySize, t.Aid = s.LocalKey, s.HeadName, s.FamilySize, int64(s.Aid)
	t.Status, t.FamilyStatus, t.ObservedOn = string(s.Status), string(s.FamilyStatus), s.ObservedOn.String()
	for _, w := range s.Warnings {
		t.Warnings = append(t.Warnings, i18n.T(lang, "event.identity."+w.Code, w.Args...))
	}
	return t
}

// Told tells of a pair what a list does.
func (c *Candidate) Told() PairTold {
	t := PairTold{ID: c.ID.String(), Status: string(c.Status), Left: c.Left.Listed(), Right: c.Right.Listed(), Chance: c.Probability, Same: c.Same,
		AtStake: int64(c.AtStake()), FoundAt: c.FoundAt, DecidedBy: c.By, Reason: c.Note}
	if !c.At.IsZero() {
		t.DecidedAt = &c.At
	}
	if c.Status == Confirmed {
		t.Kept = string(c.Decision())
	}
	return t
}

// Told tells of a pair what the desk shows.
func (r *Review) Told(lang i18n.Lang) ReviewTold {
	t := ReviewTold{PairTold: r.Candidate.Told(), Sum: inBits(r.Score), Others: []PairTold{}, Group: []SideTold{}}
	t.Left, t.Right = r.Left.Told(lang), r.Right.Told(lang)
	t.Pieces, t.Prior = PiecesTold(r.Pieces, r.Score, lang)
	if r.Left.Shown && r.Right.Shown {
		t.Suggested = string(r.Suggest())
	}
	for i := range r.Others {
		t.Others = append(t.Others, r.Others[i].Told())
	}
	for i := range r.Group {
		t.Group = append(t.Group, r.Group[i].Told(lang))
	}
	if r.Next != nil {
		t.Next = r.Next.String()
	}
	return t
}

// PiecesTold tells the pieces of a score in words, and what was held before
// anything was compared; both in bits.
func PiecesTold(pieces []Piece, score int32, lang i18n.Lang) (told []PieceTold, prior float64) {
	told = []PieceTold{}
	for _, p := range pieces {
		score -= p.Bits
		told = append(told, PieceTold{p.Field, p.Level, i18n.T(lang, strings.Join([]string{"linkage.level", p.Field, p.Level}, ".")), inBits(p.Bits)})
	}
	return told, inBits(score)
}

func inBits(thousandths int32) float64 { return float64(thousandths) / 1000 }

// DayTold writes a day that may not be known; "" for none.
func DayTold(d *civil.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// SexTold writes a sex as import files do.
func SexTold(female bool) string {
	if female {
		return "P"
	}
	return "L"
}
