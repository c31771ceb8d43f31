// Package runweb has the pages of long work: what runs and ran, and one run
// with its live progress, which a browser may leave and come back to.
package runweb

import (
	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/run"
	"gotong/internal/web"
)

// Path is where the runs are listed; one run stands below, by its id.
const Path = "/pekerjaan"

// ResultLink says where the result of a run can be seen, and the key of the
// link's sentence. An empty href is no link.
type ResultLink func(r run.Run) (href, labelKey string)

// Handlers answers the requests.
type Handlers struct {
	service *run.Service
	clock   clock.Clock
	links   map[run.Kind]ResultLink
}

// New returns Handlers. links knows the result pages by kind of run; a kind
// without one shows its result as it was kept.
func New(service *run.Service, c clock.Clock, links map[run.Kind]ResultLink) *Handlers {
	return &Handlers{service: service, clock: c, links: links}
}

// Routes says who may open what. Whether somebody may stop a run is the
// service's to say, since it depends on the run.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeRuns, Handle: h.list},
		{Method: "GET", Pattern: Path + "/{id}", Permission: access.SeeRuns, Handle: h.show},
		{Method: "POST", Pattern: Path + "/{id}/berhenti", Permission: access.SeeRuns, Handle: h.stop},
	}
}

// To returns the page of a run, for those who start one.
func To(r run.Run) string { return Path + "/" + r.ID.String() }
