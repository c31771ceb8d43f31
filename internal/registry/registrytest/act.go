package registrytest

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// By returns the basis of a life event on a day, on a document.
func By(on, document string) registry.Basis {
	return registry.Basis{On: on, Source: registry.SourceOffice, Document: document, Evidence: "no. 12"}
}

// Second returns a context in which another officer acts.
func Second() context.Context {
	return access.With(context.Background(), access.Actor{Login: "second", Name: "Second",
		Roles: []access.Role{access.Officer}, Scope: access.Nation()})
}

// Do does what is asked, reading every warning, and has a second officer
// approve it where it waits for one.
func Do(t rapid.TB, b *Bench, req registry.Request) registry.Outcome {
	t.Helper()
	out, err := b.Service.Do(Officer(), req)
	if req.Basis.Read = out.Mark(); req.Basis.Read != "" {
		out, err = b.Service.Do(Officer(), req)
	}
	if err == nil && !out.Proposed.IsZero() {
		out, err = b.Approve(Second(), out.Proposed, "")
	}
	if err != nil || !out.Written {
		t.Fatalf("%s: %+v, %v", req.Kind, out, err)
	}
	for _, id := range out.Families {
		SameAsFold(t, dossier(t, b, id))
	}
	return out
}

func dossier(t rapid.TB, b *Bench, id ident.ID) *registry.Dossier {
	t.Helper()
	d, err := b.Family(Officer(), id, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func names(r *registry.Record, status registry.PersonStatus) []string {
	var all []string
	for _, m := range r.Members {
		if m.Status == status {
			all = append(all, m.Name)
		}
	}
	slices.Sort(all)
	return all
}

// big brings families and returns the first with three members or more, and
// another one.
func big(t *testing.T, b *Bench, seed uint64) (first, other registry.Record) {
	t.Helper()
	Bring(t, b, NewOffice(20, seed, "3674011001"))
	all := Everything(t, b)
	at := slices.IndexFunc(all, func(r registry.Record) bool { return r.Family.Size >= 3 })
	if at < 0 {
		t.Fatal("no family of three")
	}
	first = all[at]
	all = slices.Delete(all, at, at+1)
	return first, all[0]
}

func head(r registry.Record) registry.Person {
	at := slices.IndexFunc(r.Members, func(p registry.Person) bool { return p.Relation == registry.RelationHead })
	return r.Members[at]
}

func notHeads(r registry.Record) []registry.Person {
	return slices.DeleteFunc(slices.Clone(r.Members), func(p registry.Person) bool { return p.Relation == registry.RelationHead })
}
