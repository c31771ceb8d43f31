package app

import (
	"context"

	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/document"
	"gotong/internal/document/documentdb"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// money is who was paid. The register refuses an erasure for as long as the
// family's own payments must be accounted for, so the names go; a file or
// paper that names a whole list stays sealed for the time of the others.
func (t traces) money(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	lines, err := deliverydb.New().OfFamily(ctx, g.Family)
	if err != nil {
		return err
	}
	x, err := t.a.Delivery.Forget(ctx, delivery.Gone(g), t.a.Registry.Today(), t.a.Registry.KeepUntil)
	if err != nil {
		return err
	}
	f.Sealed = append(f.Sealed, x.Sealed...)
	f.Add(registry.Fate{Place: registry.InPayments, Gone: x.Lines, Kept: x.Lines})
	f.Add(registry.Fate{Place: registry.InRoutes, Gone: x.Routes})
	f.Add(registry.Fate{Place: registry.InProofs, Gone: x.Pictures})
	f.Add(registry.Fate{Place: registry.InFiles, Gone: x.Files, Kept: x.Kept, Until: x.Until})
	lists := map[ident.ID]bool{}
	for _, l := range lines {
		lists[l.ListID] = true
	}
	papers := registry.Fate{Place: registry.InPapers}
	for id := range lists {
		if err := t.papers(ctx, id, f, &papers); err != nil {
			return err
		}
	}
	f.Add(papers)
	return t.decrees(ctx, g, f)
}

// papers are those about a list of many: destroyed when their own time is
// over, and kept sealed until then.
func (t traces) papers(ctx context.Context, list ident.ID, f *registry.Forgotten, fate *registry.Fate) error {
	all, err := documentdb.Store{}.About(ctx, list.String())
	if err != nil {
		return err
	}
	today := t.a.Registry.Today()
	for _, p := range all {
		until := t.a.Registry.KeepUntil(p.On)
		if until > today {
			fate.Kept, fate.Until = fate.Kept+1, max(fate.Until, until)
			continue
		}
		fate.Gone++
		f.Sealed = append(f.Sealed, p.Content)
	}
	return nil
}

// decrees are records of the state with names of many: they are kept, sealed.
func (t traces) decrees(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	past, err := determinationdb.Store{}.Past(ctx, g.Family)
	if err != nil {
		return err
	}
	fate, seen := registry.Fate{Place: registry.InDecrees}, map[ident.ID]bool{}
	for _, row := range past {
		if seen[row.Determination] {
			continue
		}
		seen[row.Determination] = true
		all, err := documentdb.Store{}.About(ctx, row.Determination.String())
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.Kind == document.Decree {
				fate.Kept++
			}
		}
	}
	f.Add(fate)
	return nil
}

// given is who received goods and meals.
func (t traces) given(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	x, err := goodsdb.New().Forget(ctx, g.Family)
	if err != nil {
		return err
	}
	sealed, err := sealedIn(t.a.pictures(), x.Pictures)
	if err != nil {
		return err
	}
	f.Add(registry.Fate{Place: registry.InGoods, Gone: len(x.Lists), Kept: len(x.Lists)})
	f.Add(registry.Fate{Place: registry.InPictures, Gone: len(sealed)}, sealed...)
	f.Add(registry.Fate{Place: registry.InMeals, Gone: x.Meals})
	papers := registry.Fate{Place: registry.InPapers}
	for _, list := range x.Lists {
		if err := t.papers(ctx, list, f, &papers); err != nil {
			return err
		}
	}
	f.Add(papers)
	return nil
}

// lastOf returns the later of two days, of which either can be missing.
func lastOf(a, b *civil.Date) *civil.Date {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}
