package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/document/documentweb"
	"gotong/internal/generator"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func benchPage(e *env) *cobra.Command {
	var families, pages int
	var seed uint64
	c := &cobra.Command{
		Use: "page", Short: "Import N families and time what the server says of one: its page, and why it was decided so", Args: cobra.NoArgs,
		Long: `Imports N families, takes them to a determination in force, and asks the real
server over a loopback connection for families drawn at random: the family's
page, the page that says why in one programme, the letter as a page, the letter
as a PDF that is issued and fetched, and the explanation of every programme by
the interface. Then it times what it takes to put the looks of a page on record.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error { return e.benchPage(cmd.Context(), dir, families, pages, seed) })
		},
	}
	c.Flags().IntVar(&families, "families", 500000, "how many families")
	c.Flags().IntVar(&pages, "pages", 2000, "how many pages to ask for; of explanations and papers a tenth of that")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed")
	return c
}

func (e *env) benchPage(ctx context.Context, dir string, families, pages int, seed uint64) error {
	a, err := e.openQuiet(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer a.Close()
	day := civil.MustParse("2026-01-01")
	planted, err := generator.Generate(ctx, generator.Options{Families: families, Seed: seed, AsOf: day, Dir: dir})
	if err != nil {
		return err
	}
	files, closeFiles, err := registry.OpenFiles(filepath.Join(dir, generator.FamiliesFile), filepath.Join(dir, generator.PersonsFile))
	if err != nil {
		return err
	}
	defer closeFiles()
	ctx = access.With(ctx, access.System("bench"))
	began := time.Now()
	if _, err := a.Registry.Import(ctx, files, registry.Options{QueueDuplicates: true}, run.Silent{}); err != nil {
		return err
	}
	perSecond := float64(planted.Persons) / time.Since(began).Seconds()
	if err := enacted(ctx, a, day); err != nil {
		return err
	}
	v, err := newVisitor(ctx, a, seed)
	if err != nil {
		return err
	}
	defer v.server.Close()
	e.printf("%d persons imported at %.0f a second\n", planted.Persons, perSecond)
	out := map[string]any{"families": families, "persons": planted.Persons, "import_persons_per_second": perSecond}
	var page time.Duration
	for _, k := range visits {
		n := pages
		if k.name != "page" {
			n = max(1, pages/10)
		}
		t, err := v.times(ctx, n, k.visit)
		if err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		if k.name == "page" {
			page = t.at(.5)
		}
		e.printf("%-8s of %d families: first %v, p50 %v, p95 %v, p99 %v; %.1f ms of processors; figure %d ms\n",
			k.name, families, t.first, t.at(.5), t.at(.95), t.at(.99), t.cpu, k.figure)
		for name, ms := range map[string]float64{"first": ms(t.first), "p50": ms(t.at(.5)), "p95": ms(t.at(.95)), "p99": ms(t.at(.99)), "cpu": t.cpu} {
			out[k.name+"_"+name+"_ms"] = ms
		}
	}
	looks, err := looksOf(ctx, a, v, max(1, pages/10))
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	e.printf("looks    %.1f a page, on the disk in %v: %.1f %% of the page's p50; figure 20 %%\n", looks.looks, looks.took, 100*looks.share(page))
	out["looks_per_page"], out["looks_ms"], out["looks_share"] = looks.looks, ms(looks.took), looks.share(page)
	e.printf("peak %d MiB\n", peakBytes()>>20)
	out["peak_bytes"] = peakBytes()
	return e.result(out)
}

// visits are what a visitor asks of a family, and the figure for p95 in
// milliseconds.
var visits = []struct {
	name   string
	figure int
	visit  func(*visitor, context.Context, ident.ID) error
}{
	{"page", 50, func(v *visitor, _ context.Context, id ident.ID) error { return v.read("/keluarga/" + id.String()) }},
	{"why", 300, func(v *visitor, _ context.Context, id ident.ID) error {
		return v.read("/keluarga/" + id.String() + "/program/pkh")
	}},
	{"letter", 300, func(v *visitor, _ context.Context, id ident.ID) error {
		return v.read("/keluarga/" + id.String() + "/surat")
	}},
	{"pdf", 300, (*visitor).paper},
	{"api", 300, (*visitor).explanation},
}

// visitor is an officer of the nation at the server, signed in at its pages
// and its interface.
type visitor struct {
	server *httptest.Server
	client *http.Client
	token  string
	ids    []ident.ID
	random *rand.Rand
}

func newVisitor(ctx context.Context, a *app.App, seed uint64) (*visitor, error) {
	const login, password = "bench", "seribu halaman keluarga"
	staff := access.Staff{Login: login, Name: "Bench", Roles: []access.Role{access.Officer}, Scope: access.Nation()}
	if _, err := a.Access.Bootstrap(ctx, staff, password); err != nil {
		return nil, err
	}
	v := &visitor{random: rand.New(rand.NewPCG(seed, 1))}
	err := a.Registry.Scan(ctx, access.PurposeSystem, func(r *registry.Record) error {
		v.ids = append(v.ids, r.Family.ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	v.server = httptest.NewServer(a.Site())
	v.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if _, err := v.post("/masuk", url.Values{"login": {login}, "sandi": {password}}); err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"login": login, "password": password})
	if err != nil {
		return nil, err
	}
	answer, err := v.client.Post(v.server.URL+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var session struct{ Token string }
	if err := json.NewDecoder(answer.Body).Decode(&session); err != nil {
		return nil, fmt.Errorf("signing in by the interface: %w", err)
	}
	v.token = session.Token
	return v, nil
}

// post sends a form and returns where it leads.
func (v *visitor) post(path string, form url.Values) (string, error) {
	answer, err := v.client.PostForm(v.server.URL+path, form)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("%s answers %d", path, answer.StatusCode)
	}
	return answer.Header.Get("Location"), nil
}

// read asks for a page and reads all of it.
func (v *visitor) read(path string) error {
	answer, err := v.client.Get(v.server.URL + path)
	return whole(answer, err)
}

// whole reads an answer, which must be a good one.
func whole(answer *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", answer.Request.URL.Path, answer.StatusCode)
	}
	return nil
}

// paper issues the letter to a family and fetches it.
func (v *visitor) paper(_ context.Context, id ident.ID) error {
	at, err := v.post(documentweb.Path, url.Values{"jenis": {string(document.Notice)}, "tentang": {id.String()}, "bahasa": {"id"}})
	if err != nil {
		return err
	}
	path, _, _ := strings.Cut(at, "?")
	return v.read(path + "/pdf")
}

// explanation asks the interface why, in every programme.
func (v *visitor) explanation(ctx context.Context, id ident.ID) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.server.URL+"/api/v1/families/"+id.String()+"/explanation?purpose=service", nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+v.token)
	return whole(v.client.Do(r))
}

// visitTimes are those of some visits, in order, with the first one's beside.
type visitTimes struct {
	first  time.Duration
	sorted []time.Duration
	cpu    float64 // milliseconds of processors each, asking included
}

func (t visitTimes) at(p float64) time.Duration { return t.sorted[int(p*float64(len(t.sorted)-1))] }

// times visits n families drawn at random.
func (v *visitor) times(ctx context.Context, n int, visit func(*visitor, context.Context, ident.ID) error) (t visitTimes, err error) {
	used := cpuSeconds()
	for range n {
		began := time.Now()
		if err := visit(v, ctx, v.ids[v.random.IntN(len(v.ids))]); err != nil {
			return t, err
		}
		t.sorted = append(t.sorted, time.Since(began))
	}
	t.first, t.cpu = t.sorted[0], (cpuSeconds()-used)/float64(n)*1000
	slices.Sort(t.sorted)
	return t, nil
}
