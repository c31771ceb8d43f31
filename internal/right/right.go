// Package right keeps what people ask about their own data, and by when the
// office must answer (UU 27/2022): to see it, to have it set right, to have
// processing suspended or their consent withdrawn, to be erased.
//
// Staff take requests down at the counter; anybody else asks on the public
// page with the code of their letter and their NIK. What is granted is done by
// the register itself. By when an answer is due is policy/rights.yaml.
package right

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/policyfile"
)

// Kind is what is asked.
type Kind string

// The kinds.
const (
	Access     Kind = "access"     // a copy, and who saw it
	Correction Kind = "correction" // of what is wrong or missing
	Suspension Kind = "suspension" // of processing, while something is contested
	Withdrawal Kind = "withdrawal" // of the consent that processing rests on
	Erasure    Kind = "erasure"
)

// Kinds lists the kinds.
var Kinds = []Kind{Access, Correction, Suspension, Withdrawal, Erasure}

// Suspends reports whether a family's data are not processed once such a
// request is granted.
func (k Kind) Suspends() bool { return k == Suspension || k == Withdrawal }

// Status is what became of a request.
type Status string

// The statuses.
const (
	Open    Status = "open"
	Granted Status = "granted"
	Refused Status = "refused"
	Ended   Status = "ended" // granted, and a suspension that it brought has ended
)

// Statuses lists the statuses.
var Statuses = []Status{Open, Granted, Refused, Ended}

// Request is what somebody asks. Text and Answer are sealed in the store. Of
// one that was returned, DecidedBy is who turned the erasure down and Answer
// why.
type Request struct {
	ID        ident.ID
	Area      string
	Family    ident.ID
	Kind      Kind
	Public    bool   // came by the public page
	TakenBy   string // login; "" came by the public page
	At        time.Time
	Due       time.Time
	Text      string
	Status    Status
	DecidedBy string
	DecidedAt time.Time // zero: not yet
	Answer    string

	// Erasing is the event by which the family is erased, and Waits whether a
	// second person has yet to decide on it; Erased reports that all of the
	// family is. They are of the register, and not kept with the request.
	Erasing ident.ID
	Waits   bool
	Erased  bool
}

// Letter returns why no letter can answer a request: fault.Conflict for one
// that has no answer, whose erasure waits for a second person, or whose family
// is erased and is given the certificate.
func (r Request) Letter() error {
	switch {
	case r.Status == Open:
		return fault.Conflict("right.letter_early")
	case r.Waits:
		return fault.Conflict("right.letter_waits")
	case r.Erased:
		return fault.Conflict("right.letter_erased")
	}
	return nil
}

// Returned reports whether a request is open anew, as a second person turned
// down what was granted.
func (r Request) Returned() bool { return r.Status == Open && r.DecidedBy != "" }

// Late reports whether the answer is, or was, later than the law allows. An
// erasure that is granted is no answer until a second person has decided.
func (r Request) Late(now time.Time) bool {
	if r.Status != Open && !r.Waits {
		now = r.DecidedAt
	}
	return now.After(r.Due)
}

// Filter chooses requests.
type Filter struct {
	Status Status
	Kind   Kind
	Family ident.ID
	DueBy  time.Time // zero: whenever
}

// Knock is a request of the public page as it came.
type Knock struct {
	ID     ident.ID
	At     time.Time
	Sealed []byte
}

// Store keeps requests, their texts sealed. Every method works in the
// transaction of its context.
type Store interface {
	Keep(ctx context.Context, r *Request, text []byte) error
	// Decide writes what became of a request, and reports whether it stood
	// at from.
	Decide(ctx context.Context, r *Request, answer []byte, from Status) (bool, error)
	// Request returns one in the actor's area; fault.NotFound when there is none.
	Request(ctx context.Context, id ident.ID) (*Request, error)
	// List returns those in the actor's area, those due first the first, at
	// most limit, and how many there are.
	List(ctx context.Context, f Filter, limit int) ([]Request, int64, error)

	KeepKnock(ctx context.Context, k *Knock) error
	Knocks(ctx context.Context, limit int) ([]Knock, error)
	DropKnocks(ctx context.Context, ids []ident.ID) error
	// Forget empties the texts of a family's requests, and returns them as
	// they were sealed.
	Forget(ctx context.Context, family ident.ID, sealed func(was []byte) []byte) ([][]byte, error)
	// ForgetOne is Forget of one request.
	ForgetOne(ctx context.Context, id ident.ID, sealed func(was []byte) []byte) ([][]byte, error)
	// Closed returns those of an area that were answered before an instant
	// and of which nothing lasts, their texts left out.
	Closed(ctx context.Context, area string, before time.Time) ([]Request, error)
}

// Rule is by when requests must be answered.
type Rule struct {
	From   civil.Date   `yaml:"from"`
	Hours  map[Kind]int `yaml:"hours"`
	Breach int          `yaml:"breach"` // hours within which a breach must be told
	Source i18n.Text    `yaml:"source"`
}

// Rules are the rules in order of their days.
type Rules []Rule

const ruleFile = "rights.yaml"

// LoadRules reads rights.yaml of a policy folder.
func LoadRules(files fs.FS) (Rules, error) {
	return policyfile.Read(files, ruleFile, "rights", Rule.wrong)
}

func (r Rule) wrong() error {
	for k, h := range r.Hours {
		if !slices.Contains(Kinds, k) || h < 1 {
			return fmt.Errorf("hours: %s is no kind of request, or has less than an hour", k)
		}
	}
	switch {
	case len(r.Hours) != len(Kinds):
		return errors.New("hours: each kind of request must be given")
	case r.Breach < 1:
		return errors.New("the hours of a breach must be 1 or more")
	case !r.Source.Complete():
		return errors.New("no source")
	}
	return nil
}

// Begins returns the first day of the rule.
func (r Rule) Begins() civil.Date { return r.From }

// due returns by when what was asked at an instant must be answered.
func (all Rules) due(k Kind, at time.Time) time.Time {
	in, _ := civil.InForce(all, civil.OfTime(at)) // before the first rule that one holds, rather than none
	return at.Add(time.Duration(in.Hours[k]) * time.Hour)
}

// BreachDue returns by when a breach known at an instant must have been told.
func (all Rules) BreachDue(at time.Time) time.Time {
	in, _ := civil.InForce(all, civil.OfTime(at))
	return at.Add(time.Duration(in.Breach) * time.Hour)
}
