// Package registryapi is the register's part of the JSON interface. People
// are looked up by POST, so that no number of a person stands in an address;
// every read names its purpose.
package registryapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

// Register adds the operations to the interface.
func Register(a huma.API, service *registry.Service, runs Runs) {
	h := &handlers{service, runs}
	tags := []string{"registry"}
	registerEvents(a, h)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "search-families", Method: http.MethodPost, Path: "/api/v1/families/search",
		Summary: "Families by name, area and status, or by the number of a card or a member", Tags: tags}), h.search)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "family", Method: http.MethodGet, Path: "/api/v1/families/{id}",
		Summary: "One family with its members and what is known of them, now or on any day; numbers are masked", Tags: tags}), h.family)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "unmask", Method: http.MethodPost, Path: "/api/v1/families/{id}/unmask",
		Summary: "Open one number in clear, for a purpose and a reason, within the quota of who asks", Tags: tags}), h.unmask)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import", Method: http.MethodPost, Path: "/api/v1/imports",
		Summary: "Have two CSV files checked or imported by a run", Tags: tags, DefaultStatus: http.StatusAccepted,
		MaxBodyBytes: registry.UploadMost + 1<<20, BodyReadTimeout: -1}), h.imports)
	// Described only now, since huma would otherwise check the form as JSON.
	a.OpenAPI().Paths["/api/v1/imports"].Post.RequestBody = importForm()
	huma.Register(a, api.Signed(huma.Operation{OperationID: "import-check", Method: http.MethodGet, Path: "/api/v1/imports/{upload}/check",
		Summary: "What the check of an upload found", Tags: tags}), h.check)
	h.registerMappings(a)
	h.registerWorkbooks(a)
}

type handlers struct {
	service *registry.Service
	runs    Runs
}

// familyRow is a family in a list.
type familyRow struct {
	ID         string `json:"id" format:"uuid"`
	Area       string `json:"area" doc:"village, ten digits of the Ministry of Home Affairs"`
	LocalKey   string `json:"local_key" doc:"the office's own key"`
	HeadName   string `json:"head_name"`
	Address    string `json:"address"`
	RT         string `json:"rt"`
	RW         string `json:"rw"`
	Size       int    `json:"size" doc:"active members"`
	Status     string `json:"status"`
	ObservedOn string `json:"observed_on" format:"date"`
}

func rowOf(r registry.Row) familyRow {
	return familyRow{ID: r.ID.String(), Area: r.Area, LocalKey: r.LocalKey, HeadName: r.HeadName, Address: r.Address, RT: r.RT, RW: r.RW,
		Size: r.Size, Status: string(r.Status), ObservedOn: r.ObservedOn.String()}
}

type familyPlace struct {
	Area string `json:"area"`
	ID   string `json:"id" format:"uuid"`
}

type searchInput struct {
	Body struct {
		Purpose access.Purpose `json:"purpose" doc:"of the register of processing: service, verification, audit, …"`
		NIK     string         `json:"nik,omitempty" maxLength:"32" doc:"number of a member; the other conditions then do not count"`
		KK      string         `json:"kk,omitempty" maxLength:"32" doc:"number of the family card; the other conditions then do not count"`
		Name    string         `json:"name,omitempty" maxLength:"120" doc:"beginning of a member's name"`
		Area    string         `json:"area,omitempty" maxLength:"10" pattern:"^[0-9]*$"`
		Status  string         `json:"status,omitempty" maxLength:"20"`
		After   *familyPlace   `json:"after,omitempty" doc:"next of the page before"`
		Limit   int            `json:"limit,omitempty" minimum:"1" maximum:"500" default:"50"`
	}
}

type searchOutput struct {
	Body struct {
		Families []familyRow  `json:"families"`
		Next     *familyPlace `json:"next,omitempty" doc:"where the next page begins"`
	}
}

func (h *handlers) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	b, out := &in.Body, &searchOutput{}
	out.Body.Families = []familyRow{}
	if b.NIK != "" || b.KK != "" {
		kind, number := registry.KindNIK, b.NIK
		if number == "" {
			kind, number = registry.KindKK, b.KK
		}
		rows, err := h.service.Lookup(ctx, kind, number, b.Purpose)
		for _, r := range rows {
			out.Body.Families = append(out.Body.Families, rowOf(r))
		}
		return out, err
	}
	var c registry.Cursor
	if b.After != nil {
		id, err := ident.Parse(b.After.ID)
		if err != nil {
			return nil, fault.Invalid("core.error.invalid").Because(err)
		}
		c.Place = registry.Place{Area: b.After.Area, ID: id}
	}
	f := registry.Filter{Area: b.Area, Name: b.Name, Status: registry.FamilyStatus(b.Status)}
	p, err := h.service.List(ctx, f, c, b.Limit, b.Purpose)
	if err != nil {
		return nil, err
	}
	for _, r := range p.Rows {
		out.Body.Families = append(out.Body.Families, rowOf(r))
	}
	if p.Next != nil {
		out.Body.Next = &familyPlace{p.Next.Area, p.Next.ID.String()}
	}
	return out, nil
}

// familyFact is what is known, and from where.
type familyFact struct {
	Code       string `json:"code" doc:"of the catalogue of indicators"`
	Value      string `json:"value" doc:"as in the import files: an option's code, ya or tidak, a number, a day"`
	Source     string `json:"source"`
	ObservedOn string `json:"observed_on" format:"date"`
}

type familyMember struct {
	ID         string       `json:"id" format:"uuid"`
	Name       string       `json:"name"`
	Born       string       `json:"born,omitempty" format:"date"`
	Female     bool         `json:"female"`
	Relation   string       `json:"relation"`
	NIKMasked  string       `json:"nik_masked,omitempty"`
	Status     string       `json:"status"`
	ObservedOn string       `json:"observed_on" format:"date"`
	Facts      []familyFact `json:"facts"`
}

type familyInput struct {
	ID      string         `path:"id" format:"uuid"`
	Purpose access.Purpose `query:"purpose" required:"true" doc:"of the register of processing"`
	At      string         `query:"at" format:"date" doc:"the day to show the family on; today as it stands without it"`
	Known   string         `query:"known" format:"date" doc:"counts only what was recorded until the end of this day"`
}

// dossier reads a family as it stands, or as it was at the moment asked for.
func (h *handlers) dossier(ctx context.Context, id ident.ID, in *familyInput) (*registry.Dossier, error) {
	if in.At == "" && in.Known == "" {
		return h.service.Family(ctx, id, in.Purpose)
	}
	at, err := h.service.ParseMoment(in.At, in.Known)
	if err != nil {
		return nil, err
	}
	return h.service.FamilyAt(ctx, id, at, in.Purpose)
}

type familyOutput struct {
	Body struct {
		familyRow
		KKMasked string                `json:"kk_masked,omitempty"`
		Version  int                   `json:"version"`
		Facts    []familyFact          `json:"facts"`
		Members  []familyMember        `json:"members"`
		History  []registry.ChangeStep `json:"history" doc:"what happened to the family, with what that stopped"`

		SuspendedSince *time.Time `json:"suspended_since,omitempty" doc:"since when its data are not processed, as the family asked; absent: they are"`
	}
}

func (h *handlers) family(ctx context.Context, in *familyInput) (*familyOutput, error) {
	id, err := api.ID(in.ID, "core.error.not_found")
	if err != nil {
		return nil, err
	}
	d, err := h.dossier(ctx, id, in)
	if err != nil {
		return nil, err
	}
	since, suspended, err := h.service.SuspendedSince(ctx, id)
	if err != nil {
		return nil, err
	}
	out, f := &familyOutput{}, &d.Family
	if suspended {
		out.Body.SuspendedSince = &since
	}
	out.Body.familyRow = familyRow{ID: f.ID.String(), Area: f.Area, LocalKey: f.LocalKey, HeadName: f.HeadName, Address: f.Address,
		RT: f.RT, RW: f.RW, Size: f.Size, Status: string(f.Status), ObservedOn: f.ObservedOn.String()}
	out.Body.KKMasked, out.Body.Version = f.KKMasked, f.Version
	out.Body.Facts = h.facts(registry.Of(d.Standing(), ident.ID{}))
	out.Body.Members, out.Body.History = []familyMember{}, d.Steps()
	for i := range d.Members {
		out.Body.Members = append(out.Body.Members, h.person(&d.Members[i], d.Standing()))
	}
	return out, nil
}

func (h *handlers) person(m *registry.Person, observations []registry.Observation) familyMember {
	p := familyMember{ID: m.ID.String(), Name: m.Name, Female: m.Female, NIKMasked: m.NIKMasked, Status: string(m.Status),
		ObservedOn: m.ObservedOn.String(), Relation: h.service.RelationCode(m.Relation), Facts: h.facts(registry.Of(observations, m.ID))}
	if m.Born != nil {
		p.Born = m.Born.String()
	}
	return p
}

func (h *handlers) facts(observations []registry.Observation) []familyFact {
	facts := []familyFact{}
	for _, d := range registry.FoldFacts(observations) {
		if i, ok := h.service.Catalogue().ByNo(d.No); ok {
			facts = append(facts, familyFact{Code: i.Code, Value: i.Text(d.Value), Source: string(d.Source), ObservedOn: d.ObservedOn.String()})
		}
	}
	return facts
}
