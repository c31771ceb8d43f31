package linkageapi

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/access"
	"gotong/internal/api"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/linkage/authority"
)

const listsPath, listsTag = "/api/v1/authority-lists", "authority-lists"

func (h *handlers) registerLists(a huma.API) {
	huma.Register(a, operation("authority-lists", http.MethodGet, listsPath, listsTag,
		"Lists that other authorities gave, newest first, and the kinds that are known"), h.allLists)
	bring := accepted(operation("bring-authority-list", http.MethodPost, listsPath, listsTag,
		"Bring a list of another authority (CSV, XLSX, Parquet) and have the register matched with it by a run"))
	bring.MaxBodyBytes = authority.ListMost + 1<<20
	huma.Register(a, bring, h.bring)
	// Described only now, since huma would otherwise check the form as JSON.
	a.OpenAPI().Paths[listsPath].Post.RequestBody = listForm()
	huma.Register(a, operation("authority-list", http.MethodGet, listsPath+"/{id}", listsTag,
		"One list: which columns were read as what, what could not be read, its matches by village"), h.list)
	huma.Register(a, accepted(operation("match-authority-list", http.MethodPost, listsPath+"/{id}/match", listsTag,
		"Have a list matched whose run came to nothing")), h.match)
	huma.Register(a, operation("discard-authority-list", http.MethodPost, listsPath+"/{id}/discard", listsTag,
		"Put a list aside that was not matched; what it held is deleted"), h.discard)
}

// listsMost is how many lists an answer holds.
const listsMost = 100

// authorityKind is an authority whose lists the register is matched with.
type authorityKind struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Effect string `json:"effect" enum:"death,fact,confirm" doc:"what follows when a match is accepted"`
}

type authorityListsOutput struct {
	Body struct {
		Lists []authority.ListTold `json:"lists"`
		Kinds []authorityKind      `json:"kinds"`
	}
}

func (h *handlers) allLists(ctx context.Context, _ *struct{}) (*authorityListsOutput, error) {
	all, err := h.lists.Lists(ctx, listsMost)
	if err != nil {
		return nil, err
	}
	out := &authorityListsOutput{}
	out.Body.Lists, out.Body.Kinds = []authority.ListTold{}, []authorityKind{}
	for i := range all {
		out.Body.Lists = append(out.Body.Lists, all[i].Told())
	}
	for _, k := range h.lists.Kinds() {
		out.Body.Kinds = append(out.Body.Kinds, authorityKind{k.Code, k.Name.In(api.Lang(ctx)), string(k.Effect)})
	}
	return out, nil
}

// listInput is a multipart form with the list and what is said of it.
type listInput struct{ api.Form }

// listForm describes listInput's body.
func listForm() *huma.RequestBody {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: doc} }
	file := text("CSV in UTF-8, XLSX or Parquet, with a heading")
	file.Format = "binary"
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file", "authority", "origin"}, Properties: map[string]*huma.Schema{
			"file": file, "authority": text("code of the kind"), "origin": text("letter or service that gave the list"),
			"on":  text("day from which it holds, YYYY-MM-DD; today without it"),
			"map": text("columns by role, such as name=Nama,born=Tgl Lahir; not needed where headings are the usual ones"),
		},
	}}}}
}

type authorityListBrought struct {
	Body struct {
		List authority.ListTold `json:"list"`
		Run  string             `json:"run" format:"uuid" doc:"watch it at /api/v1/runs/{id}"`
	}
}

func (h *handlers) bring(ctx context.Context, in *listInput) (*authorityListBrought, error) {
	if _, err := access.Require(ctx, access.ResolveDuplicates); err != nil {
		return nil, err
	}
	l, err := h.received(ctx, in)
	if err != nil {
		return nil, err
	}
	started, err := h.start(ctx, authority.MatchRun, authority.RunArgs{List: l.ID})
	if err != nil {
		return nil, err
	}
	out := &authorityListBrought{}
	out.Body.List, out.Body.Run = l.Told(), started.Body.Run
	return out, nil
}

// received takes a list in as it comes.
func (h *handlers) received(ctx context.Context, in *listInput) (*authority.List, error) {
	r, err := h.lists.Receive(ctx)
	if err != nil {
		return nil, err
	}
	form, err := in.Read(func(_, name string, file io.Reader) error { return r.Take(ctx, name, file) }, "file")
	var g authority.Given
	if err == nil {
		g, err = h.given(form)
	}
	if err != nil {
		return nil, errors.Join(err, r.Drop(ctx))
	}
	return r.End(ctx, g)
}

func (h *handlers) given(form map[string]string) (g authority.Given, err error) {
	g.Kind, g.Origin, g.On = form["authority"], form["origin"], h.lists.Today()
	if form["map"] != "" {
		g.Mapping = []string{form["map"]}
	}
	if on := form["on"]; on != "" {
		if g.On, err = civil.Parse(on); err != nil {
			return g, fault.Invalid("web.form.not_day", "text", on).Because(err)
		}
	}
	return g, nil
}

type listPath struct {
	ID string `path:"id" format:"uuid"`
}

// authorityVillage counts the matches of a village.
type authorityVillage struct {
	Area     string `json:"area"`
	Open     int64  `json:"open"`
	Accepted int64  `json:"accepted"`
	Rejected int64  `json:"rejected"`
}

type authorityListOutput struct {
	Body struct {
		List     authority.ListTold `json:"list"`
		Villages []authorityVillage `json:"villages"`
	}
}

func (h *handlers) list(ctx context.Context, in *listPath) (*authorityListOutput, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	l, villages, err := h.lists.One(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &authorityListOutput{}
	out.Body.List, out.Body.Villages = l.Told(), []authorityVillage{}
	for _, v := range villages {
		out.Body.Villages = append(out.Body.Villages, authorityVillage(v))
	}
	return out, nil
}

func (h *handlers) match(ctx context.Context, in *listPath) (*linkingStarted, error) {
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	l, _, err := h.lists.One(ctx, id)
	if err != nil {
		return nil, err
	}
	if l.State() != authority.StateWaiting {
		return nil, fault.Conflict("linkage.authority.error.done")
	}
	return h.start(ctx, authority.MatchRun, authority.RunArgs{List: id})
}

func (h *handlers) discard(ctx context.Context, in *listPath) (*authorityListOutput, error) {
	if _, err := access.Require(ctx, access.ResolveDuplicates); err != nil {
		return nil, err
	}
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := h.lists.Discard(ctx, id); err != nil {
		return nil, err
	}
	return h.list(ctx, in)
}
