package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"gotong/internal/breach/breachdb"
	"gotong/internal/delivery"
	"gotong/internal/document/documentdb"
	"gotong/internal/fault"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/registry"
	"gotong/internal/right"
)

// traces are what the slices beside the register keep of a person, for an
// erasure to reach.
type traces struct {
	app      *App
	a        *App
	pictures delivery.Folder
}

// Forget blanks what stands in clear and returns what is sealed.
func (t traces) Forget(ctx context.Context, g registry.Gone) ([][]byte, error) {
	if err := linkagedb.New().Forget(ctx, g.Persons); err != nil {
		return nil, err
	}
	sealed, err := authoritydb.New().Forget(ctx, g.Persons)
	if err != nil {
		return nil, err
	}
	subjects := []string{g.Family.String()} // a letter to a family names its members
	for _, p := range g.Persons {
		subjects = append(subjects, p.String())
	}
	about, err := t.about(ctx, g)
	if err != nil {
		return nil, err
	}
	for _, subject := range append(subjects, about...) {
		papers, err := documentdb.Store{}.Forget(ctx, subject)
		if err != nil {
			return nil, err
		}
		sealed = append(sealed, papers...)
	}
	if g.Whole {
		asked, err := t.app.Rights.Forget(ctx, g.Family)
		if err != nil {
			return nil, err
		}
		held, err := t.app.Retention.Forget(ctx, g.Family)
		if err != nil {
			return nil, err
		}
		sealed = append(append(sealed, asked...), held...)
	}
	pictures, err := goodsdb.New().Forget(ctx, g.Family)
	if err != nil {
		return nil, err
	}
	shown, err := sealedIn(t.pictures, pictures)
	if err != nil {
		return nil, err
	}
	sealed = append(sealed, shown...)
	duties, err := t.a.forgetDuties(ctx, g.Family)
	return append(sealed, duties...), err
}

// about lists what else a letter can be about that names somebody of a family:
// what it asked, and what followed from a duty.
func (t traces) about(ctx context.Context, g registry.Gone) ([]string, error) {
	const everything = 1 << 30
	asked, _, err := t.app.Rights.Store.List(ctx, right.Filter{Family: g.Family}, everything)
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
	effects, err := t.app.Conditions.Store.EffectsOf(ctx, g.Family)
	for _, e := range effects {
		if g.Whole || slices.Contains(g.Persons, e.PersonID) {
			all = append(all, e.ID.String())
		}
	}
	return all, err
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
