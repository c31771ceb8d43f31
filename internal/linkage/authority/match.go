package authority

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/roster"
	"gotong/internal/nik"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// MatchRun is the kind of run that matches a list.
const MatchRun run.Kind = "authority"

// RunArgs ask to match a list.
type RunArgs struct {
	List ident.ID `json:"list"`
}

// RunMatch matches a list that was brought against everybody who counts in
// the actor's area, and puts the matches into the queue. What was decided of
// an entry and a person before stays decided. Then the list's data are
// forgotten: what a queue needs of an entry is sealed with its match.
//
// It returns fault.Conflict for a list that was matched already.
func (s *Service) RunMatch(ctx context.Context, args RunArgs, p run.Progress) (*Counts, error) {
	if _, err := access.Require(ctx, access.StartRuns); err != nil {
		return nil, err
	}
	m := &matching{Service: s, ours: map[ident.ID]where{}, theirs: map[ident.ID]entry{}, set: linkage.NewSet(0)}
	if err := m.open(ctx, args.List); err != nil {
		return nil, err
	}
	if err := m.readRegister(ctx, p); err != nil {
		return nil, fmt.Errorf("authority: reading the register: %w", err)
	}
	if err := m.readList(ctx, p); err != nil {
		return nil, err
	}
	policy := s.Policies.On(s.Today())
	result, err := m.set.Link(ctx, linkage.Options{Match: policy.Match, Review: policy.Review, BlockLimit: s.BlockLimit, Between: true}, p)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	m.counts.Compared = result.Compared
	if err := m.recall(ctx, result); err != nil {
		return nil, err
	}
	p.Stage("linkage_write", int64(len(result.Pairs)))
	if err := m.keep(ctx, result, p); err != nil {
		return nil, fmt.Errorf("authority: keeping matches: %w", err)
	}
	return &m.counts, nil
}

// matching is one list as it is matched.
type matching struct {
	*Service
	list   *List
	kind   Kind
	set    *linkage.Set
	ours   map[ident.ID]where
	theirs map[ident.ID]entry
	counts Counts
}

type where struct {
	family ident.ID
	area   string
}

type entry struct {
	Entry
	row         int
	fingerprint []byte
}

func (m *matching) open(ctx context.Context, id ident.ID) error {
	err := m.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		m.list, err = m.waiting(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	m.counts.ID = id
	m.kind, err = m.Policies.On(m.Today()).Kind(m.list.Kind)
	return err
}

// The lists of a set: the register, and the authority's.
const (
	register uint8 = iota
	authority
)

func (m *matching) readRegister(ctx context.Context, p run.Progress) error {
	p.Stage("linkage_read", 0)
	return m.Register.Scan(ctx, access.PurposeVerification, func(r *registry.Record) error {
		f := &r.Family
		if f.Status != registry.FamilyActive && f.Status != registry.FamilyDormant {
			return ctx.Err()
		}
		for i := range r.Members {
			person := &r.Members[i]
			if person.Status != registry.PersonActive {
				continue
			}
			number, err := m.Keys.Open(registry.LabelNIK, person.NIKSealed)
			if err != nil {
				return err
			}
			female := person.Female
			m.set.Add(&linkage.Record{ID: person.ID, List: register, Name: person.Name, Mother: person.MotherName, Born: person.Born,
				Female: &female, Area: f.Area, Address: f.Address + " RT " + f.RT + " RW " + f.RW, Number: number})
			m.ours[person.ID] = where{f.ID, f.Area}
			m.counts.Persons++
		}
		p.Add("", int64(len(r.Members)))
		return ctx.Err()
	})
}

func (m *matching) readList(ctx context.Context, p run.Progress) error {
	read, err := m.list.read(ctx, m.Service, m.set, nil)
	if err != nil {
		return err
	}
	m.counts.Rows = read.Records
	for role, n := range read.Unread {
		if m.counts.Unread == nil {
			m.counts.Unread = map[string]int{}
		}
		m.counts.Unread[string(role)] = n
	}
	p.Add("", int64(read.Records))
	return nil
}

// read reads a list from where it lies.
func (l *List) read(ctx context.Context, s *Service, set *linkage.Set, seen func(roster.Entry)) (*roster.List, error) {
	mapping, err := roster.ParseMapping(l.Mapping...)
	if err != nil {
		return nil, err
	}
	source := roster.Source{Path: l.File, Mapping: mapping, Number: authority, Seen: seen}
	return roster.ReadFrom(ctx, s.content(ctx, l.ID, l.Size), source, set, s.Today())
}

// recall reads the list again for the entries that somebody may be: of a list
// of millions they are few.
func (m *matching) recall(ctx context.Context, result *linkage.Result) error {
	wanted := map[ident.ID]bool{}
	for i := range result.Pairs {
		_, theirs := m.sides(&result.Pairs[i])
		wanted[theirs] = true
	}
	_, err := m.list.read(ctx, m.Service, nil, func(e roster.Entry) {
		if wanted[e.Record.ID] {
			m.see(e)
		}
	})
	return err
}

// sides tells the person on record and the entry of a pair.
func (m *matching) sides(pair *linkage.Pair) (ours, theirs ident.ID) {
	if _, ours := m.ours[pair.Left]; !ours {
		return pair.Right, pair.Left
	}
	return pair.Left, pair.Right
}

// see keeps what a queue will need of an entry.
func (m *matching) see(e roster.Entry) {
	r := e.Record
	out := entry{row: e.Row, Entry: Entry{Name: r.Name, Mother: r.Mother, Born: r.Born, Female: r.Female, Area: r.Area, Address: r.Address, On: e.On}}
	number := linkage.Digits(r.Number)
	if number != "" {
		out.Number = nik.Number(number).Mask()
	}
	born := ""
	if r.Born != nil {
		born = r.Born.String()
	}
	out.fingerprint = m.Keys.Blind(blindEntry, strings.Join([]string{m.list.Kind, number, strings.Join(linkage.Words(r.Name), " "), born}, "\x00"))
	m.theirs[r.ID] = out
}

// keep writes what is new, and forgets the list's data.
func (m *matching) keep(ctx context.Context, result *linkage.Result, p run.Progress) error {
	return m.Unit.Write(ctx, func(ctx context.Context) error {
		if _, err := m.waiting(ctx, m.list.ID); err != nil { // matched or put aside meanwhile
			return err
		}
		known, err := m.known(ctx)
		if err != nil {
			return err
		}
		var fresh []Match
		for i := range result.Pairs {
			p.Add("", 1)
			found, err := m.match(&result.Pairs[i])
			if err != nil {
				return err
			}
			key := keyOf(&found)
			old := known[key]
			switch {
			case m.kind.Effect == Confirm && agrees(found.Pieces):
				m.counts.Agreed++
				continue
			case old == nil:
				found.ID = m.IDs.New()
				fresh = append(fresh, found)
				known[key] = &found
			case old.Status != Open:
				m.counts.Remembered++
				continue
			default:
				found.ID = old.ID
				if err := m.Store.Renew(ctx, &found); err != nil {
					return err
				}
			}
			if found.Same {
				m.counts.Same++
			} else {
				m.counts.Review++
			}
		}
		m.counts.Added = len(fresh)
		if err := m.Store.Add(ctx, fresh); err != nil {
			return err
		}
		if err := m.Store.Finish(ctx, m.list.ID, m.counts, m.Clock.Now()); err != nil {
			return err
		}
		return m.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority.match", Subject: m.list.ID.String(),
			Fields: []string{"name", "mother_name", "born", "sex", "address", "nik"}, Count: int64(m.counts.Same + m.counts.Review), Detail: m.list.Kind})
	})
}

func (m *matching) known(ctx context.Context) (map[string]*Match, error) {
	all, err := m.Store.Known(ctx, m.list.Kind)
	known := make(map[string]*Match, len(all))
	for i := range all {
		known[keyOf(&all[i])] = &all[i]
	}
	return known, err
}

func keyOf(m *Match) string { return string(m.Person[:]) + string(m.Fingerprint) }

func (m *matching) match(pair *linkage.Pair) (Match, error) {
	person, theirs := m.sides(pair)
	e, at := m.theirs[theirs], m.ours[person]
	text, err := json.Marshal(e.Entry)
	if err != nil {
		return Match{}, err
	}
	return Match{List: m.list.ID, Kind: m.list.Kind, Person: person, Family: at.family, Area: at.area, Fingerprint: bytes.Clone(e.fingerprint),
		Row: e.row, Score: pair.Score, Probability: pair.Probability, Same: pair.Same, Pieces: pair.Pieces,
		Sealed: m.Keys.Seal(labelEntry, string(text)), FoundAt: m.Clock.Now(), Status: Open}, nil
}

// agreeing are the fields that must be the same for a match to need nobody's
// look.
var agreeing = []string{linkage.Number.String(), linkage.Name.String(), linkage.Born.String()}

// agrees reports whether a match agrees in number, name and birth date.
func agrees(pieces []linkage.Piece) bool {
	same := 0
	for _, p := range pieces {
		if slices.Contains(agreeing, p.Field) && p.Level == "same" {
			same++
		}
	}
	return same == len(agreeing)
}
