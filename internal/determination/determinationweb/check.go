package determinationweb

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/web"
)

type checkView struct {
	web.Base
	Errors    web.Errors
	Asked     bool
	Found     bool
	AsOf      string
	Ask       string
	Receiving []web.Pair
}

// checkLimiter holds the public check to the rule in force.
func checkLimiter(d Deps) *web.Limiter {
	rules := d.Service.Checks
	if len(rules) == 0 {
		return nil
	}
	rate := func(p determination.Pace) web.Rate { return web.Rate{Burst: p.AtOnce, PerMinute: p.PerMinute} }
	return web.NewLimiter(d.Clock, func(now time.Time) web.Limits {
		rule, err := rules.On(civil.OfTime(now))
		if err != nil {
			rule = rules[0] // before the first rule that one holds, rather than none
		}
		return web.Limits{Client: rate(rule.Client), All: rate(rule.All)}
	})
}

func (h *Handlers) checkView(r *web.Request) checkView {
	return checkView{Base: r.Base(r.T("determination.check.title")), Ask: h.Ask}
}

func (h *Handlers) checkForm(_ context.Context, r *web.Request) (web.Response, error) {
	if q := r.URL.Query(); q.Has("nik") || q.Has("kode") {
		return web.SeeOther(CheckPath), nil // a number in an address is not looked at, nor repeated in the page's links
	}
	return web.Page(checkPage(h.checkView(r))), nil
}

// check answers a NIK and a notice code. What was typed is never repeated,
// and an unknown NIK, a wrong code and a family that receives nothing get the
// same page.
func (h *Handlers) check(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.checkView(r)
	number, code := r.PostFormValue("nik"), r.PostFormValue("kode")
	if number == "" {
		v.Errors.Add("nik", r.T("determination.check.nik_missing"))
	}
	if code == "" {
		v.Errors.Add("kode", r.T("determination.check.code_missing"))
	}
	if v.Errors.Any() {
		return web.Invalid(checkPage(v)), nil
	}
	status, found, err := h.Service.Check(ctx, number, code)
	if err != nil {
		return nil, err
	}
	v.Asked, v.Found = true, found
	if found {
		v.AsOf = web.Day(ctx, status.AsOf)
		for _, s := range status.Receiving {
			v.Receiving = append(v.Receiving, web.Pair{Term: h.programmeName(ctx, s), Value: web.T(ctx, "programme.every."+s.Every)})
		}
	}
	return web.Page(checkPage(v)), nil
}

func (h *Handlers) programmeName(ctx context.Context, s determination.StatusLine) string {
	return nameOf(ctx, h.Programmes.Versions(s.Programme), s.Programme)
}
