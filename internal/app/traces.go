package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"gotong/internal/breach/breachdb"
	"gotong/internal/condition/conditiondb"
	"gotong/internal/delivery"
	"gotong/internal/document/documentdb"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/outcome/outcomedb"
	"gotong/internal/registry"
	"gotong/internal/right"
)

// traces are what the slices beside the register keep of a person, for an
// erasure to reach.
type traces struct{ a *App }

// Forget blanks what stands in clear and returns what is sealed, place by
// place. What is kept of payments and goods comes after tracesmoney.go.
func (t traces) Forget(ctx context.Context, g registry.Gone) (registry.Forgotten, error) {
	var f registry.Forgotten
	for _, forget := range []func(context.Context, registry.Gone, *registry.Forgotten) error{t.matches, t.letters, t.asked, t.duties, t.ends, t.money, t.given} {
		if err := forget(ctx, g, &f); err != nil {
			return f, err
		}
	}
	const everyone = 1 << 20
	taken, err := t.a.Snapshots.Headers(asSystem(ctx), everyone)
	f.Add(registry.Fate{Place: registry.InSnapshots, Kept: len(taken)})
	return f, err
}

// matches are the rows of authorities' lists, and what was noted of pairs.
func (t traces) matches(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	if err := linkagedb.New().Forget(ctx, g.Persons); err != nil {
		return err
	}
	sealed, err := authoritydb.New().Forget(ctx, g.Persons)
	f.Add(registry.Fate{Place: registry.InMatches, Gone: len(sealed)}, sealed...)
	return err
}

// letters are the papers about a family and its members: one to a family
// names them all.
func (t traces) letters(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	subjects := []string{g.Family.String()}
	for _, p := range g.Persons {
		subjects = append(subjects, p.String())
	}
	about, err := t.about(ctx, g)
	if err != nil {
		return err
	}
	var all [][]byte
	for _, subject := range append(subjects, about...) {
		papers, err := documentdb.Store{}.Forget(ctx, subject)
		if err != nil {
			return err
		}
		all = append(all, papers...)
	}
	f.Add(registry.Fate{Place: registry.InLetters, Gone: len(all)}, all...)
	return nil
}

// about lists what else a letter can be about that names somebody of a family:
// what it asked, and what followed from a duty.
func (t traces) about(ctx context.Context, g registry.Gone) ([]string, error) {
	const everything = 1 << 30
	asked, _, err := t.a.Rights.Store.List(ctx, right.Filter{Family: g.Family}, everything)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, r := range asked {
		if g.Whole {
			all = append(all, r.ID.String())
		}
	}
	touched, err := breachdb.New().OfFamily(ctx, g.Family)
	if err != nil {
		return nil, err
	}
	for _, b := range touched {
		if g.Whole {
			all = append(all, b.ID.String())
		}
	}
	effects, err := t.a.Conditions.Store.EffectsOf(ctx, g.Family)
	for _, e := range effects {
		if g.Whole || slices.Contains(g.Persons, e.PersonID) {
			all = append(all, e.ID.String())
		}
	}
	return all, err
}

// asked is what a whole family asked about its own data, and why its record
// was held.
func (t traces) asked(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	if !g.Whole {
		return nil
	}
	asked, err := t.a.Rights.Forget(ctx, g.Family)
	if err != nil {
		return err
	}
	held, err := t.a.Retention.Forget(ctx, g.Family)
	f.Add(registry.Fate{Place: registry.InRequests, Gone: len(asked) + len(held)}, append(asked, held...)...)
	return err
}

// duties are what was said of a family's duties, and shown with its appeals.
func (t traces) duties(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	shown, err := t.a.Conditions.Pictures(ctx, g.Family)
	if err != nil {
		return err
	}
	sealed, err := sealedIn(t.a.evidence().Folder, shown)
	if err != nil {
		return err
	}
	n, err := conditiondb.New().Forget(ctx, g.Family)
	f.Add(registry.Fate{Place: registry.InDuties, Gone: n + len(sealed)}, sealed...)
	return err
}

// ends are the reasons why a family came to the end of programmes.
func (t traces) ends(ctx context.Context, g registry.Gone, f *registry.Forgotten) error {
	n, err := outcomedb.Store{}.Forget(ctx, g.Family)
	f.Add(registry.Fate{Place: registry.InEnds, Gone: n})
	return err
}

// pictures is where the photos and signatures of goods lie.
func (a *App) pictures() delivery.Folder { return delivery.Folder(filepath.Join(a.Dir, "goods")) }

// sealedIn reads sealed pictures of a folder; one that is gone has no key to
// be destroyed.
func sealedIn(f delivery.Folder, ids []ident.ID) ([][]byte, error) {
	var sealed [][]byte
	for _, id := range ids {
		b, err := f.Read(id.String())
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("app: a picture to be forgotten: %w", err)
		}
		sealed = append(sealed, b)
	}
	return sealed, nil
}
