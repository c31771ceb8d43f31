package authority

import (
	"time"

	"gotong/internal/i18n"
	"gotong/internal/linkage"
	"gotong/internal/registry"
)

// ListTold is a list as programs are told of it.
type ListTold struct {
	ID        string      `json:"id"`
	Authority string      `json:"authority" doc:"its kind"`
	File      string      `json:"file"`
	Origin    string      `json:"origin"`
	On        string      `json:"on" doc:"the day from which it holds"`
	State     string      `json:"state" enum:"waiting,done,discarded"`
	Columns   []string    `json:"columns" doc:"role=column, as they were read"`
	By        string      `json:"by"`
	At        time.Time   `json:"at"`
	DoneAt    *time.Time  `json:"done_at,omitempty"`
	Counts    *CountsTold `json:"counts,omitempty" doc:"of one that was matched"`
}

// CountsTold says what became of a list that was matched.
type CountsTold struct {
	Rows       int            `json:"rows"`
	Persons    int            `json:"persons" doc:"on record, in the area of who had it matched"`
	Compared   int64          `json:"compared" doc:"pairs"`
	Same       int            `json:"same" doc:"matches held to be one person"`
	Review     int            `json:"review" doc:"further ones to be looked at"`
	Agreed     int            `json:"agreed" doc:"that agree in all and need nobody's look"`
	Added      int            `json:"added" doc:"new in the queue"`
	Remembered int            `json:"remembered" doc:"decided before"`
	Unread     map[string]int `json:"unread,omitempty" doc:"cells that could not be read, by role"`
}

// The states of a list.
const (
	StateWaiting   = "waiting" // not matched yet
	StateDone      = "done"
	StateDiscarded = "discarded" // put aside without having been matched
)

// State says what became of a list.
func (l *List) State() string {
	switch {
	case l.Done.IsZero():
		return StateWaiting
	case l.Counts.Discarded:
		return StateDiscarded
	}
	return StateDone
}

// Told tells of a list all but its rows.
func (l *List) Told() ListTold {
	t := ListTold{ID: l.ID.String(), Authority: l.Kind, File: l.File, Origin: l.Origin, On: l.On.String(), State: l.State(),
		Columns: append([]string{}, l.Mapping...), By: l.By, At: l.At}
	if !l.Done.IsZero() {
		t.DoneAt = &l.Done
	}
	if t.State == StateDone {
		c := l.Counts
		t.Counts = &CountsTold{c.Rows, c.Persons, c.Compared, c.Same, c.Review, c.Agreed, c.Added, c.Remembered, c.Unread}
	}
	return t
}

// EntryTold is what a list says of somebody; the number is masked. Where
// matches are listed, name and birth date alone are told.
type EntryTold struct {
	Name      string `json:"name,omitempty"`
	Born      string `json:"born,omitempty"`
	Mother    string `json:"mother_name,omitempty"`
	Sex       string `json:"sex,omitempty" doc:"L or P"`
	NIKMasked string `json:"nik_masked,omitempty"`
	Area      string `json:"area,omitempty"`
	Address   string `json:"address,omitempty"`
	On        string `json:"on,omitempty" doc:"the day of what the list tells"`
}

// MatchTold is a match as programs are told of it in a list.
type MatchTold struct {
	ID        string           `json:"id"`
	List      string           `json:"list"`
	Authority string           `json:"authority"`
	Row       int              `json:"row"`
	Status    string           `json:"status" enum:"open,accepted,rejected"`
	Ours      linkage.SideTold `json:"ours"`
	Theirs    EntryTold        `json:"theirs"`
	Chance    float64          `json:"chance" doc:"that they are one person"`
	Same      bool             `json:"same" doc:"held to be one person by the run that found it"`
	FoundAt   time.Time        `json:"found_at"`
	DecidedBy string           `json:"decided_by,omitempty"`
	DecidedAt *time.Time       `json:"decided_at,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	Event     string           `json:"event,omitempty" doc:"of the register, that recorded a death"`
}

// HeadTold is somebody who can become the head of a family.
type HeadTold struct {
	Person string `json:"person"`
	Name   string `json:"name"`
}

// SideBySideTold is a match side by side, with its score piece by piece.
type SideBySideTold struct {
	MatchTold
	Prior   float64             `json:"prior_bits" doc:"before anything is compared"`
	Pieces  []linkage.PieceTold `json:"pieces"`
	Sum     float64             `json:"sum_bits"`
	Heads   []HeadTold          `json:"heads" doc:"one of them is new_head, to accept the death of a head"`
	Stopped []registry.Stopped  `json:"stopped" doc:"what the recorded death stopped"`
	Next    string              `json:"next,omitempty" doc:"the match to go on with"`
}

// Told tells of a match what a list of them does.
func (m *Match) Told() MatchTold {
	t := MatchTold{ID: m.ID.String(), List: m.List.String(), Authority: m.Kind, Row: m.Row, Status: string(m.Status), Ours: m.Ours.Listed(),
		Theirs: EntryTold{Name: m.Entry.Name, Born: linkage.DayTold(m.Entry.Born)}, Chance: m.Probability, Same: m.Same, FoundAt: m.FoundAt,
		DecidedBy: m.By, Reason: m.Note}
	if !m.At.IsZero() {
		t.DecidedAt = &m.At
	}
	if !m.Event.IsZero() {
		t.Event = m.Event.String()
	}
	return t
}

// SideBySide tells of a match all that its page shows; next is the id to go
// on with, "" for none.
func (m *Match) SideBySide(lang i18n.Lang, next string) SideBySideTold {
	t := SideBySideTold{MatchTold: m.Told(), Sum: float64(m.Score) / 1000, Heads: []HeadTold{}, Stopped: append([]registry.Stopped{}, m.Stopped...), Next: next}
	t.Ours = m.Ours.Told(lang)
	e := &m.Entry
	t.Theirs.Mother, t.Theirs.NIKMasked, t.Theirs.Area, t.Theirs.Address, t.Theirs.On = e.Mother, e.Number, e.Area, e.Address, linkage.DayTold(e.On)
	if e.Female != nil {
		t.Theirs.Sex = linkage.SexTold(*e.Female)
	}
	t.Pieces, t.Prior = linkage.PiecesTold(m.Pieces, m.Score, lang)
	for _, h := range m.Heads {
		t.Heads = append(t.Heads, HeadTold{h.Person.String(), h.Name})
	}
	return t
}
