package app

import (
	"bytes"
	"context"
	"fmt"

	"gotong/internal/generator"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
)

// link finds the people who were registered twice, holds what was found
// against what was planted, and has an officer confirm those that are beyond
// doubt; the others wait on the desk.
func (d *demo) link(ctx context.Context) error {
	ctx = d.as(ctx, "dinas")
	if _, err := doRun[linkage.Report](ctx, d.app, linkage.FindRun, struct{}{}, d.progress); err != nil {
		return err
	}
	if err := d.compareWithPlanted(ctx); err != nil {
		return err
	}
	least := d.app.Linkage.BulkLeast()
	for {
		plan, err := d.app.Linkage.Plan(ctx, least, "")
		if err != nil {
			return err
		}
		if len(plan.Plan) > 0 {
			if _, err := d.app.Linkage.ConfirmAll(ctx, least, "", plan.Digest, "Demo"); err != nil {
				return err
			}
		}
		if !plan.More || len(plan.Plan) == 0 {
			return nil
		}
	}
}

// servants matches the register against the list of civil servants as their
// office has them down. What is found waits for somebody's look, so that the
// desk has something to show.
func (d *demo) servants(ctx context.Context) error {
	ctx = d.as(ctx, "dinas")
	var list bytes.Buffer
	if _, err := generator.WriteOfficeList(d.dir, "civil_servants.csv", d.options.Seed, &list); err != nil {
		return err
	}
	l, err := d.app.Authority.Bring(ctx, authority.Given{Kind: "civil_servants", Origin: "Surat BKD 800/117", On: d.app.Authority.Today()}, "pegawai.csv", &list)
	if err != nil {
		return err
	}
	_, err = doRun[authority.Counts](ctx, d.app, authority.MatchRun, authority.RunArgs{List: l.ID}, d.progress)
	return err
}

// couple is two persons, the smaller id first.
type couple [2]ident.ID

func coupleOf(a, b ident.ID) couple {
	if string(a[:]) > string(b[:]) {
		a, b = b, a
	}
	return couple{a, b}
}

// compareWithPlanted counts the planted pairs that were found and the found
// pairs that nobody planted. Two copies of one person are a pair as well,
// though the truth file names each with its original only.
func (d *demo) compareWithPlanted(ctx context.Context) error {
	members, err := d.members(ctx)
	if err != nil {
		return err
	}
	rows, err := readTruth(d.dir, "duplicates.csv")
	if err != nil {
		return err
	}
	planted := map[couple]bool{}
	person := map[ident.ID]ident.ID{} // original of a copy
	for _, row := range rows {
		copied, ok1 := members[row["baris"]]
		original, ok2 := members[row["baris_asal"]]
		if !ok1 || !ok2 {
			return fmt.Errorf("app: nobody is on record for rows %s and %s", row["baris"], row["baris_asal"])
		}
		planted[coupleOf(copied.person, original.person)] = true
		person[copied.person] = original.person
	}
	origin := func(id ident.ID) ident.ID {
		for {
			o, ok := person[id]
			if !ok {
				return id
			}
			id = o
		}
	}
	for c, err := range d.app.Linkage.All(ctx, linkage.Filter{Same: true}) {
		if err != nil {
			return err
		}
		switch {
		case planted[coupleOf(c.Left.Person, c.Right.Person)]:
			d.result.DuplicatesFound++
		case origin(c.Left.Person) != origin(c.Right.Person):
			d.result.DuplicatesFalse++
		}
	}
	return nil
}
