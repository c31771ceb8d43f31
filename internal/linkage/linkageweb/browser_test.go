package linkageweb

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gotong/internal/linkage"
	"gotong/internal/registry/registrytest"
	"gotong/internal/web/webtest"
)

func TestPagesInABrowser(t *testing.T) {
	s := newSite(t)
	pairs := s.search()
	if err := s.bench.Decide(registrytest.Officer(), pairs[1].ID, linkage.KeepLeft, "Sudah ditanya ke RT."); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	webtest.Look(t, server.URL, map[string]string{"gotong_sesi": officer}, map[string]string{
		"duplicates": Path, "duplicates-none": Path + "?wilayah=31", "duplicate": To(pairs[0].ID), "duplicate-decided": To(pairs[1].ID),
		"duplicates-bulk": BulkPath,
	})
}

func TestAPairIsDecidedByKeyboardAlone(t *testing.T) {
	s := newSite(t)
	pair := s.search()[0]
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	page := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": officer}}, server.URL)
	page.Go(server.URL + To(pair.ID))
	for range 60 { // to the button that says they are two people
		page.Tab(1)
		if webtest.Eval[string](page, "document.activeElement.value || ''") == string(linkage.Apart) {
			break
		}
	}
	page.Leave(func() { page.Type(kb.Enter) })
	got, err := s.bench.Candidate(registrytest.Officer(), pair.ID)
	if err != nil || got.Status != linkage.Rejected {
		t.Errorf("by keyboard the pair is %v: %v", got.Status, err)
	}
}

func TestOneLetterDecidesAndTakesBack(t *testing.T) {
	s := newSite(t)
	pairs := s.search()
	server := httptest.NewServer(s.router)
	t.Cleanup(server.Close)
	page := webtest.Start(t).Page(t, webtest.View{Cookies: map[string]string{"gotong_sesi": officer}}, server.URL)
	page.Go(server.URL + To(pairs[0].ID))
	for _, step := range []struct {
		key  string
		want linkage.Status
	}{{keyApart, linkage.Rejected}, {keyUndo, linkage.Open}, {keySame, linkage.Confirmed}, {keyUndo, linkage.Open}} {
		page.Leave(func() { page.Type(step.key) })
		c, err := s.bench.Candidate(registrytest.Officer(), pairs[0].ID)
		if err != nil || c.Status != step.want {
			t.Fatalf("%s leaves the pair %s, not %s: %v", step.key, c.Status, step.want, err)
		}
	}
}
