package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"time"

	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Where the demo's post office pays: families of two villages, far from the
// nearest agent of a bank.
const (
	demoPostProgramme = "sembako"
	demoPostFamilies  = 9 // of each village
	demoPostVillages  = 2
)

// post has the post office pay the second instalment in two villages. A payer
// has been to the first, and has shown whom he met and who was not there; the
// second village's day is still to come.
func (d *demo) post(ctx context.Context) error {
	d.progress.Stage("post", 0)
	chosen, err := d.farAway(ctx)
	if err != nil || len(chosen) == 0 {
		return err
	}
	for _, family := range chosen {
		p := delivery.Proposal{FamilyID: family, Programme: demoPostProgramme, Kind: delivery.ViaPost, Evidence: "Berita acara musyawarah 07/IV/2026", Note: "Tidak ada agen bank di desa ini"}
		r, err := d.app.Delivery.ProposeRoute(d.as(ctx, "bendahara"), p)
		if err != nil {
			return err
		}
		if _, err := d.app.Delivery.DecideRoute(d.as(ctx, "ppk"), r.ID, true); err != nil {
			return err
		}
	}
	order := delivery.Order{Programme: demoPostProgramme, Period: delivery.Period{Year: demoAsOf.Time().Year(), No: 2}, Area: demoRegency, Means: delivery.Post}
	l, err := d.app.Delivery.MakePayList(d.as(ctx, "bendahara"), order, d.progress)
	if fault.Is(err, fault.KindConflict) {
		return nil // a small demo has nobody left to pay
	}
	if err != nil {
		return err
	}
	if l, err = d.app.Delivery.Check(d.as(ctx, "ppk"), l.ID, l.Digest); err != nil {
		return err
	}
	v, err := d.app.Delivery.Review(d.as(ctx, "kpa"), l.ID)
	if err != nil {
		return err
	}
	if l, err = d.app.Delivery.Release(d.as(ctx, "kpa"), l.ID, delivery.Confirmation(v.Pay)); err != nil {
		return err
	}
	if _, err := d.app.Delivery.ExportBankFile(d.as(ctx, "bendahara"), l.ID); err != nil {
		return err
	}
	if _, err := d.app.Delivery.Send(d.as(ctx, "bendahara"), l.ID); err != nil {
		return err
	}
	return d.payerReturns(ctx, l)
}

// farAway chooses families whom the bank has paid once, of the villages with
// the most of them.
func (d *demo) farAway(ctx context.Context) ([]ident.ID, error) {
	of := map[string][]ident.ID{}
	var villages []string
	for _, l := range d.lists {
		if l.Programme != demoPostProgramme || l.Area != demoRegency {
			continue
		}
		const enough = 2000
		lines, err := d.app.Delivery.Lines(d.as(ctx, "bendahara"), l.ID, delivery.LineFilter{Status: delivery.Credited, Limit: enough})
		if err != nil {
			return nil, err
		}
		for _, i := range lines {
			if of[i.Area] == nil {
				villages = append(villages, i.Area)
			}
			of[i.Area] = append(of[i.Area], i.FamilyID)
		}
	}
	var chosen []ident.ID
	for range min(demoPostVillages, len(villages)) {
		most := 0
		for i, v := range villages {
			if len(of[v]) > len(of[villages[most]]) {
				most = i
			}
		}
		village := villages[most]
		chosen = append(chosen, of[village][:min(demoPostFamilies, len(of[village]))]...)
		of[village] = nil
	}
	return chosen, nil
}

// payerReturns has the payer of the first village bring his sheet back.
func (d *demo) payerReturns(ctx context.Context, l *delivery.PayList) error {
	sheets, err := d.app.Delivery.Invited(d.as(ctx, "bendahara"), l.ID)
	if err != nil || len(sheets) == 0 {
		return err
	}
	first := sheets[0]
	d.until(first.Day.String())
	began := first.Day.Time().Add(2 * time.Hour) // nine in the morning in Jakarta
	var failed error
	file, err := first.Filled(func(n int, _ bank.SheetLine) (string, *bank.Proof) {
		proof := &bank.Proof{At: began.Add(time.Duration(6*n) * time.Minute), Lat: degrees(-6.1042, n), Lon: degrees(106.9335, 3*n)}
		switch n {
		case 3:
			return "tidak_hadir", proof
		case 5:
			return "bukan_orangnya", proof
		}
		if proof.Photo, err = demoPicture(400 + n); err != nil {
			failed = err
		}
		if proof.Signature, err = demoSignature(n); err != nil {
			failed = err
		}
		return "dibayar", proof
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	d.clock.Advance(8 * time.Hour)
	_, err = d.app.Delivery.Reconcile(d.as(ctx, "bendahara"), fmt.Sprintf("%s-%04d-kembali.zip", first.Batch, first.No), bytes.NewReader(file), false, d.progress)
	return err
}

// degrees is a place some metres beside another.
func degrees(at float64, n int) string {
	const metres = 0.0004
	return strconv.FormatFloat(at+metres*float64(n%5), 'f', 6, 64)
}

// demoSignature is a line as drawn by a finger; each number is another one.
func demoSignature(n int) ([]byte, error) {
	const width, height = 240, 90
	m := image.NewGray(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for step := range 10 * width {
		x := float64(step) / 10
		y := height/2 + 22*math.Sin(x/float64(7+n%4))*math.Exp(-x/160) + 9*math.Sin(x/float64(17+n))
		for dx := range 2 {
			for dy := range 2 {
				m.SetGray(20+int(x*0.8)+dx, int(y)+dy, color.Gray{40})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	return b.Bytes(), nil
}
