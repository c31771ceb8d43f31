package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"gotong/internal/delivery"
	"gotong/internal/document/documentdb"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/registry"
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
	for _, subject := range subjects {
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
		sealed = append(sealed, asked...)
	}
	pictures, err := goodsdb.New().Forget(ctx, g.Family)
	if err != nil {
		return nil, err
	}
	for _, id := range pictures {
		b, err := t.pictures.Read(id.String())
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("app: a picture to be forgotten: %w", err)
		}
		sealed = append(sealed, b)
	}
	duties, err := t.a.forgetDuties(ctx, g.Family)
	return append(sealed, duties...), err
}
