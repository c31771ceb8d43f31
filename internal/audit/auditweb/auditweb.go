// Package auditweb has the auditor's pages: the log of every look at and
// change of personal data, and the check that nobody has tampered with it.
package auditweb

import (
	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/region"
	"gotong/internal/web"
)

// The paths of the pages.
const (
	Path       = "/audit"
	VerifyPath = "/audit/periksa"
)

// Handlers answers the requests.
type Handlers struct {
	service *audit.Service
	atlas   *region.Atlas
	clock   clock.Clock
}

// New returns Handlers.
func New(service *audit.Service, atlas *region.Atlas, c clock.Clock) *Handlers {
	return &Handlers{service: service, atlas: atlas, clock: c}
}

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeAudit, PersonalData: true, Purpose: access.PurposeAudit, Handle: h.list},
		{Method: "GET", Pattern: VerifyPath, Permission: access.SeeAudit, Handle: h.ask},
		{Method: "POST", Pattern: VerifyPath, Permission: access.SeeAudit, Handle: h.verify},
	}
}
