package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/retention"
	"gotong/internal/right"
)

// demoLeft is the day on which the demo's families left of whom the office
// learned only now, and whose records are therefore due.
const demoLeft = "2019-06-03"

// demoGone is how many families of each area had left.
const demoGone = 3

// retain has the office learn of families that left long ago, hold one of
// them for an audit, propose to destroy the rest, and decide on one area.
func (d *demo) retain(ctx context.Context) error {
	officer, manager := d.as(ctx, "dinas"), d.as(ctx, "kepala")
	for _, area := range d.staff["dinas"].Scope.Prefixes() {
		gone, err := d.leave(officer, area)
		if err != nil {
			return err
		}
		if len(gone) > 1 {
			if _, err := d.app.Retention.Keep(officer, gone[0], retention.HeldForAudit, i18n.T(i18n.ID, "app.demo_hold")); err != nil {
				return err
			}
		}
	}
	made, err := doRun[retention.Proposed](officer, d.app, KindRetention, RetentionArgs{}, d.progress)
	if err != nil || len(made.Proposals) < 2 {
		return err
	}
	first := made.Proposals[0]
	if _, err := d.app.Retention.Approve(manager, first, ""); err != nil {
		return err
	}
	if _, err := doRun[retention.Carried](manager, d.app, KindDestroy, DestroyArgs{Proposal: first}, d.progress); err != nil {
		return err
	}
	if _, err = d.app.Documents.Issue(manager, document.Request{Kind: document.Destruction, Subject: first.String(), Lang: "id"}); err != nil {
		return err
	}
	return d.forget(officer, manager, d.staff["dinas"].Scope.Prefixes()[0])
}

// forget has a family to whom nothing is owed ask that its data be erased: the
// officer grants it, the manager agrees, and the family gets a certificate of
// what went and what stays.
func (d *demo) forget(officer, manager context.Context, area string) error {
	families, err := d.unbound(officer, area, 1)
	if err != nil || len(families) == 0 {
		return err
	}
	asked, err := d.app.Rights.Take(officer, right.Erasure, families[0], i18n.T(i18n.ID, "app.demo_forget"))
	if err != nil {
		return err
	}
	if err := d.app.Rights.Grant(officer, asked.ID, i18n.T(i18n.ID, "app.demo_forgotten")); err != nil {
		return err
	}
	waiting, _, err := d.app.Registry.Events(officer, registry.EventFilter{Family: families[0], Status: registry.EventProposed, Limit: 1}, access.PurposeService)
	if err != nil || len(waiting) == 0 {
		return err
	}
	out, err := d.app.Registry.Approve(manager, waiting[0].ID, "")
	if err == nil && !out.Written {
		out, err = d.app.Registry.Approve(manager, waiting[0].ID, out.Mark())
	}
	if err != nil {
		return err
	}
	_, err = d.app.Documents.Issue(officer, document.Request{Kind: document.Erased, Subject: out.Event.String(), Lang: "id"})
	return err
}

// unbound returns at most so many families of an area of whom nothing keeps
// the record.
func (d *demo) unbound(ctx context.Context, area string, most int) ([]ident.ID, error) {
	var free []ident.ID
	page, err := d.app.Registry.List(ctx, registry.Filter{Area: area, Status: registry.FamilyActive}, registry.Cursor{}, 200, access.PurposeVerification)
	if err != nil {
		return nil, err
	}
	for _, f := range page.Rows {
		var reasons []retention.Reason
		err := d.app.DB.Write(ctx, func(ctx context.Context) error {
			reasons, err = holds{d.app}.Of(ctx, retention.Families, f.ID)
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(reasons) > 0 {
			continue
		}
		if free = append(free, f.ID); len(free) == most {
			break
		}
	}
	return free, nil
}

// leave records families of an area that left, and were never paid.
func (d *demo) leave(ctx context.Context, area string) ([]ident.ID, error) {
	gone, err := d.unbound(ctx, area, demoGone)
	if err != nil {
		return nil, err
	}
	for _, id := range gone {
		req := registry.Request{Kind: registry.Move, Family: id, Place: i18n.T(i18n.ID, "app.demo_left"),
			Basis: registry.Basis{On: demoLeft, Source: registry.SourceOffice, Document: "move_letter", Evidence: i18n.T(i18n.ID, "app.demo_left")}}
		out, err := d.app.Registry.Do(ctx, req)
		if err == nil && !out.Written {
			req.Basis.Read = out.Mark()
			out, err = d.app.Registry.Do(ctx, req)
		}
		if err != nil {
			return nil, err
		}
	}
	return gone, nil
}
