package deliveryweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/web"
)

// seenView is what a payer of the post office showed for a payment.
type seenView struct {
	About    []web.Pair
	Pictures []pictureView
}

type pictureView struct{ Src, Label string }

// seen shows what was shown for a line: when and where, and the pictures,
// each of which is a look of its own in the audit log.
func (h *Handlers) seen(ctx context.Context, r *web.Request, id ident.ID, line int64, all []delivery.PaymentSeen) []seenView {
	var views []seenView
	for _, p := range all {
		v := seenView{About: []web.Pair{
			{Term: r.T("delivery.seen.at"), Value: web.Moment(ctx, p.At)},
			{Term: r.T("delivery.seen.place"), Value: place(r, p)},
			{Term: r.T("delivery.file"), Value: p.File, Note: r.T("delivery.seen.line", "n", web.Number(ctx, p.FileLine))},
		}}
		if p.Verdict != delivery.Matched {
			v.About = append(v.About, web.Pair{Term: r.T("delivery.seen.verdict"), Value: r.T("delivery." + string(p.Verdict))})
		}
		for _, x := range []struct{ sum, key string }{{p.Photo, "photo"}, {p.Signature, "signature"}} {
			if x.sum != "" {
				v.Pictures = append(v.Pictures, pictureView{toLine(id, line) + "/gambar/" + x.sum, r.T("delivery.seen." + x.key)})
			}
		}
		views = append(views, v)
	}
	return views
}

func place(r *web.Request, p delivery.PaymentSeen) string {
	if p.Lat == "" || p.Lon == "" {
		return r.T("delivery.seen.nowhere")
	}
	return strings.Join([]string{p.Lat, p.Lon}, ", ")
}

// picture opens a photo or a signature of a line.
func (h *Handlers) picture(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	line, _ := strconv.ParseInt(r.PathValue("line"), 10, 64)
	b, err := h.Service.Picture(ctx, id, line, r.PathValue("sum"))
	if err != nil {
		return nil, err
	}
	kind, name := http.DetectContentType(b), "bukti.jpg"
	if kind == "image/png" {
		name = "bukti.png"
	}
	return web.Bytes(name, kind, b), nil
}
