package app

import (
	"context"

	"gotong/internal/delivery"
	"gotong/internal/document"
)

// papers issues what an office would have printed by now: the decree for each
// area, and the papers of one pay list that has been settled.
func (d *demo) papers(ctx context.Context) error {
	manager := d.as(ctx, "kepala")
	for _, area := range d.staff["kepala"].Scope.Prefixes() {
		r := document.Request{Kind: document.Decree, Subject: d.determination.ID.String(), Area: area, Lang: "id"}
		if _, err := d.app.Documents.Issue(manager, r); err != nil {
			return err
		}
	}
	treasurer := d.as(ctx, "bendahara")
	lists, _, err := d.app.Delivery.Lists(treasurer, delivery.ListFilter{Status: delivery.Settled, Limit: 1})
	if err != nil || len(lists) == 0 {
		return err
	}
	for _, k := range []document.Kind{document.Statement, document.PaymentList, document.Reconciliation} {
		if _, err := d.app.Documents.Issue(treasurer, document.Request{Kind: k, Subject: lists[0].ID.String(), Lang: "id"}); err != nil {
			return err
		}
	}
	return nil
}
