package deliveryweb

import (
	"context"

	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/web"
)

// dutyView says what duties change about a list, and how sure it is that the
// programme has them change it so.
type dutyView struct {
	Said   []string
	Basis  string // where the steps stand
	Doubt  string // what is to be checked before anybody signs; "" where it was
	Recall bool
}

// duty returns what duties change about a list; nil where they change nothing.
func (h *Handlers) duty(ctx context.Context, r *web.Request, o *delivery.Overview) (*dutyView, error) {
	if len(o.Adjusted) == 0 {
		return nil, nil
	}
	v := &dutyView{}
	for _, kind := range []delivery.AdjustmentKind{delivery.Withheld, delivery.Repaid} {
		if n := o.Adjusted[kind]; n.Lines > 0 {
			v.Said = append(v.Said, r.T("delivery.adjusted.on_list."+string(kind), "amount", web.Rupiah(ctx, n.Total), "n", web.Number(ctx, n.Lines)))
		}
	}
	terms, err := h.Service.Programmes.Terms(ctx, o.Programme)
	if err != nil && !fault.Is(err, fault.KindNotFound) { // a programme that ended says no more where its rules stand
		return nil, err
	}
	if b := terms.Steps; b != nil {
		v.Basis = r.T("delivery.adjusted.basis", "source", b.Title.In(r.Lang))
		if v.Recall = b.Recalled; b.Recalled {
			v.Doubt = r.T("delivery.adjusted.recalled")
		}
	}
	return v, nil
}

func (v *dutyView) tone() web.Tone {
	if v.Recall {
		return web.Warn
	}
	return web.Info
}
