package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/retention"
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
	_, err = d.app.Documents.Issue(manager, document.Request{Kind: document.Destruction, Subject: first.String(), Lang: "id"})
	return err
}

// leave records families of an area that left, and were never paid.
func (d *demo) leave(ctx context.Context, area string) ([]ident.ID, error) {
	var gone []ident.ID
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
		req := registry.Request{Kind: registry.Move, Family: f.ID, Place: i18n.T(i18n.ID, "app.demo_left"),
			Basis: registry.Basis{On: demoLeft, Source: registry.SourceOffice, Document: "move_letter", Evidence: i18n.T(i18n.ID, "app.demo_left")}}
		out, err := d.app.Registry.Do(ctx, req)
		if err == nil && !out.Written {
			req.Basis.Read = out.Mark()
			out, err = d.app.Registry.Do(ctx, req)
		}
		if err != nil {
			return nil, err
		}
		if gone = append(gone, f.ID); len(gone) == demoGone {
			break
		}
	}
	return gone, nil
}
