package programme

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
)

func pkh(t *testing.T) *Programme {
	t.Helper()
	p, err := presets(t).Version("pkh", civil.Of(2025, 6, 1))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func limit(n int64) *int64 { return &n }

// An edit changes what it names, and nothing else.
func TestEdited(t *testing.T) {
	p := pkh(t)
	q, err := p.Edited(Edit{Params: map[string]string{"decile_max": "3", "disability": "severe, moderate", "rights_victims_listed": "true"},
		Rules: map[string]string{"decile": "family.decile <= params.decile_max &&\n  family.size >= 2"}, Quota: limit(5)})
	if err != nil {
		t.Fatal(err)
	}
	changes := Differences(p, q)
	var got []string
	for _, c := range changes {
		got = append(got, string(c.Kind)+" "+c.ID+": "+c.Was+" > "+c.Is)
	}
	want := []string{"param decile_max: 4 > 3", "param disability: severe > severe, moderate", "param rights_victims_listed: false > true",
		"clause decile: family.decile <= params.decile_max > family.decile <= params.decile_max &&\n  family.size >= 2", "quota nation: 10000000 > 5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if q.Digest == p.Digest || q.Version() != p.Version() {
		t.Errorf("version %s, the same digest: %v", q.Version(), q.Digest == p.Digest)
	}
	if same, err := p.Edited(Edit{}); err != nil || len(Differences(p, same)) != 0 {
		t.Errorf("nothing changes %v, %v", same, err)
	}
}

// Next dates and sources what it changes, and is a file that loads by itself.
func TestNext(t *testing.T) {
	p := pkh(t)
	b := decree.Basis{From: civil.Of(2026, 3, 1), Title: `Kepdirjen "7/2026": desil`, On: civil.Of(2026, 2, 20)}
	q, err := p.Next(Edit{Params: map[string]string{"decile_max": "3"}, Quota: limit(9_000_000)}, b)
	if err != nil {
		t.Fatal(err)
	}
	if q.Version() != "2026-03-01" || q.InForce.To != nil || q.Quota.Source.Title.ID != b.Title {
		t.Errorf("%+v of %+v", q.InForce, q.Quota)
	}
	for _, x := range q.Params {
		if changed := x.Name == "decile_max"; changed != (x.Source.Title.ID == b.Title && x.InForce.From == b.From) {
			t.Errorf("%s from %s by %s", x.Name, x.InForce.From, x.Source.Title.ID)
		}
	}
	again, err := p.Read(q.File, q.Text())
	if err != nil || again.Digest != q.Digest {
		t.Errorf("read again: %v", err)
	}
	if _, err := p.Next(Edit{}, decree.Basis{From: p.InForce.From}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no later than what it follows: %v", err)
	}
}

// What is wrong is named by its place, in a rule by that of the rule.
func TestEditedIsRefused(t *testing.T) {
	p := pkh(t)
	for name, c := range map[string]struct {
		edit Edit
		want string
	}{
		"a fact misspelt":    {Edit{Rules: map[string]string{"decile": "family.size > 1 &&\n  family.desile <= 4"}}, "2:10 (decile)"},
		"on one line":        {Edit{Rules: map[string]string{"decile": "family.desile <= 4"}}, "1:8 (decile)"},
		"not a rule":         {Edit{Rules: map[string]string{"decile": "family.decile <="}}, "1:"},
		"a number":           {Edit{Rules: map[string]string{"decile": "family.decile + 1"}}, "1:"},
		"words for a number": {Edit{Params: map[string]string{"decile_max": "empat"}}, "(params.decile_max)"},
		"an amount below 0":  {Edit{Params: map[string]string{"sd": "-1"}}, "(params.sd)"},
	} {
		_, err := p.Edited(c.edit)
		problems, ok := Problems(err)
		if !ok || len(problems) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if at := problems[0].Args[1].(string); !strings.Contains(at, c.want) {
			t.Errorf("%s: at %s, want %s: %v", name, at, c.want, problems[0])
		}
	}
	for name, e := range map[string]Edit{"no such parameter": {Params: map[string]string{"x": "1"}}, "no such clause": {Rules: map[string]string{"x": "true"}},
		"a quota below 0": {Quota: limit(-1)}} {
		if _, err := p.Edited(e); fault.KindOf(err) == fault.KindInternal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzEdited: whatever is typed into a rule is refused with a place or is a
// programme that says the same when it is read again.
func FuzzEdited(f *testing.F) {
	for _, s := range []string{"family.decile <= 3", "family.desile", "a\tb\n", "\"", "- x", "true # &a *b", "\r\n\x00", "members.exists(m, m.age > params.decile_max)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := pkh(t)
		q, err := p.Edited(Edit{Rules: map[string]string{"decile": text}})
		if err != nil {
			if fault.KindOf(err) == fault.KindInternal {
				if _, ok := Problems(err); !ok {
					t.Fatal(err)
				}
			}
			return
		}
		if again, err := p.Read("again.yaml", q.Text()); err != nil || len(Differences(q, again)) > 0 {
			t.Errorf("%q: %v", text, err)
		}
	})
}
