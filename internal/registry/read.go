package registry

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/seal"
)

// Dossier is all that is on record of a family.
type Dossier struct {
	*Record
	*History
	Accounts []MaskedAccount
	Warnings []IdentityWarning // of numbers that differ from the rest; not of the past
}

// MaskedAccount is a bank account as it may be shown.
type MaskedAccount struct {
	ID, PersonID ident.ID
	Bank         string
	Masked       string
	Holder       string
	Status       AccountStatus
}

// Family returns a family with its members, its history and its accounts;
// numbers are masked. The look is recorded before anything is handed out.
//
// It returns fault.NotFound when there is none in the actor's area, and
// fault.Forbidden without the permission to see families.
func (s *Service) Family(ctx context.Context, id ident.ID, purpose access.Purpose) (*Dossier, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	d := &Dossier{}
	var accounts []Account
	var dismissed map[string]Dismissal
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if d.Record, err = s.store.Family(ctx, id); err != nil {
			return err
		}
		if d.History, err = s.store.History(ctx, id); err != nil {
			return err
		}
		if accounts, err = s.store.Accounts(ctx, []ident.ID{id}); err != nil {
			return err
		}
		dismissed, err = s.store.Dismissals(ctx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: reading a family: %w", err)
	}
	d.History.redact()
	if err := s.mask(d, accounts); err != nil {
		return nil, fmt.Errorf("registry: masking a family: %w", err)
	}
	for i := range d.Warnings {
		if said, ok := dismissed[d.Warnings[i].Mark]; ok {
			d.Warnings[i].Dismissed = &said
		}
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.read", Subject: id.String(), Area: d.Family.Area,
		Fields: []string{"core", "members", "facts", "history", "accounts.masked"}, Count: int64(len(d.Members))})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// looked records a look. Its error keeps the data from being served.
func (s *Service) looked(ctx context.Context, acts ...audit.Act) error {
	return s.unit.Read(ctx, func(ctx context.Context) error { return s.log.Append(ctx, acts...) })
}

// mask opens numbers just long enough to mask them: a mask on record would
// be half the number in clear.
func (s *Service) mask(d *Dossier, accounts []Account) error {
	card, err := s.unsealed(LabelKK, d.Family.KKSealed)
	if err != nil {
		return err
	}
	if card != "" {
		d.Family.KKMasked = nik.Number(card).Mask()
	}
	numbers := map[ident.ID]nik.Number{}
	for i := range d.Members {
		m := &d.Members[i]
		number, err := s.unsealed(LabelNIK, m.NIKSealed)
		if err != nil {
			return err
		}
		if number != "" {
			numbers[m.ID] = nik.Number(number)
			m.NIKMasked = numbers[m.ID].Mask()
		}
	}
	d.Warnings = s.identityWarnings(d, nik.Number(card), numbers)
	for _, a := range accounts {
		if _, there := d.Member(a.PersonID); !there {
			continue // whose coming was undone
		}
		number, err := s.unsealed(LabelAccount, a.Sealed)
		if err != nil {
			return err
		}
		d.Accounts = append(d.Accounts, MaskedAccount{ID: a.ID, PersonID: a.PersonID, Bank: a.Bank,
			Masked: AccountNumber(number).Mask(), Holder: a.Holder, Status: a.Status})
	}
	return nil
}

// unsealed opens a number on record. One whose key was destroyed while the row
// still carries it is of somebody erased, in a copy of the register from
// before: fault.Conflict, which says to erase them again.
func (s *Service) unsealed(label string, sealed []byte) (string, error) {
	text, err := s.keys.Open(label, sealed)
	if seal.IsShredded(err) {
		return "", fault.Conflict("registry.erased_before_copy").Because(err)
	}
	return text, err
}

// Lookup returns the families that carry a NIK or a family card number. The
// log holds a pseudonym of the number, also when nothing was found, and each
// family that was: who asks who saw their data is told.
//
// It returns fault.Invalid for a text that is no such number.
func (s *Service) Lookup(ctx context.Context, kind IdentifierKind, text string, purpose access.Purpose) ([]Row, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	number, problem := nik.Parse(text)
	if problem == nik.Serial || problem == nik.Rounded {
		return nil, fault.Invalid("registry.lookup.zeros")
	}
	if problem != "" || kind != KindNIK && kind != KindKK {
		return nil, fault.Invalid("registry.lookup.bad_number")
	}
	var rows []Row
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		ids, err := s.store.Find(ctx, kind, s.keys.Blind(string(kind), string(number)))
		if err != nil || len(ids) == 0 {
			return err
		}
		records, err := s.store.Records(ctx, ids)
		for _, r := range records {
			rows = append(rows, r.row())
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: looking up: %w", err)
	}
	acts := []audit.Act{{Purpose: purpose, Action: "family.lookup",
		Subject: s.keys.Pseudonym(string(kind) + " " + string(number)), Area: actor.Scope.String(),
		Fields: []string{string(kind)}, Count: int64(len(rows))}}
	for i := range rows {
		acts = append(acts, audit.Act{Purpose: purpose, Action: "family.lookup", Subject: rows[i].ID.String(), Area: rows[i].Area,
			Fields: []string{"core"}, Count: 1})
	}
	if err := s.looked(ctx, acts...); err != nil {
		return nil, err
	}
	return rows, nil
}

func (r *Record) row() Row {
	f := &r.Family
	return Row{ID: f.ID, Area: f.Area, LocalKey: f.LocalKey, HeadName: f.HeadName, Address: f.Address, RT: f.RT, RW: f.RW,
		Size: f.Size, Status: f.Status, ObservedOn: f.ObservedOn}
}

// Payee returns, for each of the families that is on record in the actor's
// area, who receives its aid and where: the active member with the newest
// payable bank account, or else the head, to be paid in cash. They are
// ordered by family. Account numbers are opened, so this is for whoever makes,
// releases or reconciles payments.
func (s *Service) Payee(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]Payee, error) {
	actor, ok := access.From(ctx)
	if !ok || !actor.Can(access.MakePayment) && !actor.Can(access.ReleasePayment) && !actor.Can(access.Reconcile) {
		return nil, fault.Forbidden("core.error.forbidden", "permission", string(access.MakePayment))
	}
	var records []*Record
	accounts := map[ident.ID][]Account{}
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if records, err = s.store.Records(ctx, families); err != nil {
			return err
		}
		all, err := s.store.Accounts(ctx, families)
		for _, a := range all {
			accounts[a.FamilyID] = append(accounts[a.FamilyID], a)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registry: payees: %w", err)
	}
	payees := make([]Payee, 0, len(records))
	for _, r := range records {
		p, err := s.payee(r, accounts[r.Family.ID])
		if err != nil {
			return nil, fmt.Errorf("registry: payees: %w", err)
		}
		if !p.PersonID.IsZero() {
			payees = append(payees, p)
		}
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.payee", Area: actor.Scope.String(),
		Fields: []string{"name", "account"}, Count: int64(len(payees))})
	if err != nil {
		return nil, err
	}
	return payees, nil
}

func (s *Service) payee(r *Record, accounts []Account) (Payee, error) {
	out := Payee{FamilyID: r.Family.ID, Area: r.Family.Area}
	for i := range r.Members {
		m := &r.Members[i]
		if m.Status == PersonActive && (out.PersonID.IsZero() || m.Relation == RelationHead) {
			out.PersonID, out.Name = m.ID, m.Name
		}
	}
	for _, a := range slices.Backward(accounts) { // the newest first, as ids grow
		m, ok := r.Member(a.PersonID)
		if !ok || m.Status != PersonActive || !a.Status.Payable() {
			continue
		}
		number, err := s.keys.Open(LabelAccount, a.Sealed)
		if err != nil {
			return Payee{}, err
		}
		out.PersonID, out.Name = m.ID, m.Name
		out.Account = &PayeeAccount{ID: a.ID, Bank: a.Bank, Number: AccountNumber(number), Holder: a.Holder, Status: a.Status}
		break
	}
	return out, nil
}
