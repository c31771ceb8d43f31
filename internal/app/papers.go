package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/document/documentdb"
	"gotong/internal/fault"
	"gotong/internal/ident"
	policyfiles "gotong/policy"
)

// papers write what the office has decided onto paper: what package document
// cannot look up itself, as it knows nothing of programmes and money.
type papers struct{ a *App }

// wireDocuments wires the register of issued papers.
func (a *App) wireDocuments() error {
	rules, err := document.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	p := papers{a}
	a.Documents = document.New(document.Deps{Unit: a.DB, Store: documentdb.Store{}, Keys: a.Keys, Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs, Rules: rules,
		Sources: map[document.Kind]document.Source{document.Decree: p.decree, document.Statement: p.statement, document.PaymentList: p.paymentList,
			document.Reconciliation: p.reconciliation, document.Notice: p.notice, document.Invitation: p.invitations, document.Handover: p.handover,
			document.Quality: p.quality, document.Trail: p.trail, document.Answered: p.answered, document.DutyNotice: p.dutyNotice, document.Destruction: p.destruction, document.BreachNotice: p.breachNotice, document.Erased: p.erased}})
	return nil
}

// subject reads the id that a request is about.
func subject(r document.Request) (ident.ID, error) {
	id, err := ident.Parse(r.Subject)
	if err != nil {
		return id, fault.NotFound("document.bad_subject")
	}
	return id, nil
}

// areaOf returns the area that a paper of lists covers: the one asked for,
// or all of the actor's where that is one.
func areaOf(ctx context.Context, asked string) (string, error) {
	actor, ok := access.From(ctx)
	if !ok {
		return "", fault.Forbidden("core.error.forbidden")
	}
	if asked != "" || actor.Scope.IsNation() {
		if !actor.Scope.Covers(asked) {
			return "", fault.NotFound("core.error.not_found")
		}
		return asked, nil
	}
	if all := actor.Scope.Prefixes(); len(all) == 1 {
		return all[0], nil
	}
	return "", fault.Invalid("document.no_area")
}

// place names an area for a paper.
func (p papers) place(area string) string {
	if area == "" {
		return "Indonesia"
	}
	return p.a.Atlas.Path(area, ", ")
}

// person names a member of staff for a paper, by the login where there is no
// such person any more.
func (p papers) person(ctx context.Context, login string) string {
	if login == "" {
		return ""
	}
	if actor, err := p.a.Access.ActAs(ctx, login); err == nil && actor.Name != "" {
		return actor.Name
	}
	return login
}
