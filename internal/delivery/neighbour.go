package delivery

import (
	"context"

	"gotong/internal/audit"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Determination is a decision in force on who gets what.
type Determination struct {
	ID   ident.ID
	Name string // as people speak of it
}

// Entitlement is what a determination grants a family, or one of its members.
type Entitlement struct {
	FamilyID ident.ID
	PersonID ident.ID // zero for a programme of families
	Area     string
	Version  string // of the programme
	Lines    []Grant
}

// Grant is one component of an entitlement.
type Grant struct {
	Component string
	PersonID  ident.ID // zero when it is the family's
	Annual    money.Rupiah
}

// Decisions gives the decisions that are enacted.
type Decisions interface {
	// Current returns the determination in force, fault.NotFound when none is.
	Current(ctx context.Context) (Determination, error)
	// InForce returns fault.Conflict when a determination was withdrawn since,
	// or is not what was signed.
	InForce(ctx context.Context, determination ident.ID) error
	// Entitled gives what a determination grants under one programme, within
	// the actor's areas.
	Entitled(ctx context.Context, determination ident.ID, programme string, fn func(Entitlement) error) error
}

// Terms are what delivery needs to know of a programme.
type Terms struct {
	Code string
	Name i18n.Text
	// Components names the parts of the benefit, by code.
	Components map[string]i18n.Text
	Means      Means
	Cycle      int // instalments a year
	// Split divides a year's amount into Cycle instalments that sum to it exactly.
	Split func(annual money.Rupiah) []money.Rupiah
	// Steps is where it stands what follows from duties that are not met; nil
	// where nothing follows.
	Steps *Basis
}

// Basis is where a rule of a programme stands.
type Basis struct {
	Title    i18n.Text
	Note     string // of whoever wrote it into the programme's file
	Recalled bool   // written from memory: to be checked before anybody relies on it
}

// Programmes gives the programmes' terms.
type Programmes interface {
	// Terms returns a programme's terms, fault.NotFound when there is none.
	Terms(ctx context.Context, programme string) (Terms, error)
	// Paid lists the programmes that are delivered, in their order.
	Paid(ctx context.Context) ([]Terms, error)
}

// Payee is who receives a family's aid, and where.
type Payee struct {
	PersonID ident.ID
	Holder   string
	Bank     string
	Number   string // opened account number
	Problem  Code   // why it cannot be paid there; "" when it can
}

// Payees opens the accounts that families are paid to; every call is a read
// of personal data, which the register records.
type Payees interface {
	Payees(ctx context.Context, families []ident.ID) (map[ident.ID]Payee, error)
}

// Block says that somebody is not to be paid at present.
type Block struct {
	FamilyID ident.ID
	PersonID ident.ID // zero: the whole family
	Code     Code
}

// Standing gives what has changed in people's lives.
type Standing interface {
	// Blocked gives everybody in an area, "" for all of the actor's, who is
	// not to be paid under a programme: the dead, the moved, the held.
	Blocked(ctx context.Context, programme, area string, fn func(Block) error) error
}

// Vault seals account numbers and signs.
type Vault interface {
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
	Blind(kind, value string) []byte
	Sign(message []byte) []byte
}

// Log takes the audit entries.
type Log interface {
	Append(ctx context.Context, acts ...audit.Act) error
}
