package condition

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// AppealStatus says how far an appeal has come.
type AppealStatus string

// The statuses of an appeal.
const (
	Filed          AppealStatus = "filed"
	AppealUpheld   AppealStatus = "upheld"
	AppealRejected AppealStatus = "rejected"
)

// AppealStatuses lists them.
var AppealStatuses = []AppealStatus{Filed, AppealUpheld, AppealRejected}

// Appeal is a family's objection to an effect.
type Appeal struct {
	ID        ident.ID
	Effect    ident.ID
	Area      string
	ByFamily  bool // or else by its facilitator
	Text      string
	Evidence  string   // what was shown: a letter of the school, a doctor's note
	Picture   ident.ID // of it; zero for none
	Filer     string   // who entered it
	FiledAt   time.Time
	Due       civil.Date // by when it is decided
	Status    AppealStatus
	Decider   string
	DecidedAt time.Time
	Why       string
}

// Objection asks for an appeal.
type Objection struct {
	Effect   ident.ID
	ByFamily bool
	Text     string
	Evidence string
	Picture  []byte // JPEG or PNG; nil for none
}

const pictureLabel = "condition.evidence"

// Object files an appeal against an effect, once and in time. It needs
// access.ReportDuties.
func (s *Service) Object(ctx context.Context, o Objection) (Appeal, error) {
	actor, err := access.Require(ctx, access.ReportDuties)
	if err != nil {
		return Appeal{}, err
	}
	o.Text, o.Evidence = strings.TrimSpace(o.Text), strings.TrimSpace(o.Evidence)
	if o.Text == "" || o.Evidence == "" {
		return Appeal{}, fault.Invalid("condition.appeal_empty")
	}
	rules, err := s.Rules()
	if err != nil {
		return Appeal{}, err
	}
	if err := rules.picture(o.Picture); err != nil {
		return Appeal{}, err
	}
	var p Appeal
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		e, err := s.Store.LockEffect(ctx, o.Effect)
		if err != nil {
			return audit.Act{}, err
		}
		until, told := e.Until(rules)
		switch {
		case !told || e.Taken():
			return audit.Act{}, fault.Conflict("condition.nothing_to_appeal")
		case e.Appeal != nil:
			return audit.Act{}, fault.Conflict("condition.appealed_already")
		case s.Today() > until:
			return audit.Act{}, fault.Conflict("condition.appeal_late", "day", until)
		}
		p = Appeal{ID: s.IDs.New(), Effect: e.ID, Area: e.Area, ByFamily: o.ByFamily, Text: o.Text, Evidence: o.Evidence, Filer: actor.Login, FiledAt: s.now(),
			Due: s.Today().AddDays(rules.DecideDays), Status: Filed}
		if len(o.Picture) > 0 {
			p.Picture = p.ID
			if err := s.Folder.Put(p.Picture.String(), s.Vault.Seal(pictureLabel, string(o.Picture))); err != nil {
				return audit.Act{}, err
			}
		}
		return act("appealed", e.ID, e.Area, ""), s.Store.AddAppeal(ctx, p)
	})
	return p, err
}

// Picture returns what was shown with an appeal; the look is recorded. It
// needs access.SeeDuties.
func (s *Service) Picture(ctx context.Context, effect ident.ID) ([]byte, error) {
	var picture []byte
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		e, err := s.Store.Effect(ctx, effect)
		if err != nil {
			return audit.Act{}, err
		}
		if e.Appeal == nil || e.Appeal.Picture.IsZero() {
			return audit.Act{}, fault.NotFound("condition.no_picture")
		}
		sealed, err := s.Folder.Read(e.Appeal.Picture.String())
		if err != nil {
			return audit.Act{}, err
		}
		plain, err := s.Vault.Open(pictureLabel, sealed)
		picture = []byte(plain)
		a := act("evidence_read", e.ID, e.Area, "")
		a.Fields = []string{"evidence"}
		return a, err
	})
	return picture, err
}

// Decide upholds or rejects an appeal. Upholding excuses the duties that the
// effect rests on and takes it back, with whatever else followed from them;
// what was kept back is paid by the next list. It needs access.DecideAppeals,
// and another person than whoever filed the appeal, gave notice, or verified
// one of the months.
func (s *Service) Decide(ctx context.Context, effect ident.ID, uphold bool, why string) (Effect, error) {
	actor, err := access.Require(ctx, access.DecideAppeals)
	if err != nil {
		return Effect{}, err
	}
	if why = strings.TrimSpace(why); why == "" {
		return Effect{}, fault.Invalid("condition.say_why")
	}
	var e Effect
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		if e, err = s.Store.LockEffect(ctx, effect); err != nil {
			return audit.Act{}, err
		}
		if e.Appeal == nil || e.Appeal.Status != Filed {
			return audit.Act{}, fault.Conflict("condition.nothing_to_decide")
		}
		if err := s.another(ctx, actor.Login, e); err != nil {
			return audit.Act{}, err
		}
		p := *e.Appeal
		p.Decider, p.DecidedAt, p.Why, p.Status = actor.Login, s.now(), why, AppealRejected
		if uphold {
			p.Status, e.Status = AppealUpheld, Upheld
			if err := s.hear(ctx, actor.Login, e, why); err != nil {
				return audit.Act{}, err
			}
		}
		e.Appeal = &p
		return act("appeal_"+string(p.Status), e.ID, e.Area, ""), s.Store.SaveAppeal(ctx, p)
	})
	return e, err
}

// another refuses whoever had a hand in what the appeal is about.
func (s *Service) another(ctx context.Context, login string, e Effect) error {
	own := login == e.Appeal.Filer || login == e.NoticedBy
	for _, m := range e.Misses {
		v, err := s.Store.Verification(ctx, e.FamilyID, m)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		own = own || v.By == login
	}
	if own {
		return fault.Forbidden("condition.own_case")
	}
	return nil
}

// hear takes an effect back: its duties are excused, and what else followed
// from them is judged again.
func (s *Service) hear(ctx context.Context, login string, e Effect, why string) error {
	if err := s.Store.SaveEffect(ctx, e); err != nil {
		return err
	}
	owed, err := s.Store.DutiesOf(ctx, e.FamilyID, e.Misses[0], e.Misses[len(e.Misses)-1])
	if err != nil {
		return err
	}
	for _, d := range owed {
		if !e.restsOn(d) || d.Status != Missed {
			continue
		}
		if err := s.enter(ctx, login, ViaAppeal, d, Report{Status: Excused, Measure: d.Measure, Excuse: Heard, Note: why}); err != nil {
			return err
		}
	}
	return s.rejudge(ctx, e)
}
