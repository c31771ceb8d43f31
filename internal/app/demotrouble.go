package app

import (
	"bytes"
	"context"
	"fmt"

	"gotong/internal/bank"
	"gotong/internal/civil"
	"gotong/internal/delivery"
)

// trouble has an office mend what goes wrong with payments, each by two
// people: families kept from being paid, heirs and the post office in place of
// an account, returned money paid again or given back, and a bank that credits
// what it had returned. What a district has no case of is left out.
func (d *demo) trouble(ctx context.Context) error {
	for _, step := range []func(context.Context) error{d.withhold, d.inherit, d.mend} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// withhold keeps two families from being paid, and lets one of them be paid
// again.
func (d *demo) withhold(ctx context.Context) error {
	const ordinary = 10 // lines of a list that is no exception itself
	for _, l := range d.lists {
		lines, err := d.app.Delivery.Lines(d.as(ctx, "bendahara"), l.ID, delivery.LineFilter{Status: delivery.Credited, Limit: ordinary})
		if err != nil {
			return err
		}
		if len(lines) < ordinary {
			continue
		}
		reasons := []string{"Warga melapor keluarga ini sudah pindah; menunggu kunjungan pendamping", "Kartu dipegang orang lain; menunggu keterangan RT"}
		for i, reason := range reasons {
			h, err := d.app.Delivery.PlaceHold(d.as(ctx, "bendahara"), delivery.Hold{FamilyID: lines[i].FamilyID, Programme: l.Programme, Reason: reason})
			if err != nil {
				return err
			}
			if i == 0 {
				continue
			}
			if _, err := d.app.Delivery.LiftHold(d.as(ctx, "ppk"), h.ID, "Kartu sudah kembali kepada pemiliknya (surat RT 002)"); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// inherit has two families whose recipient died be paid to an heir: the
// first is decided, the second waits for the checker.
func (d *demo) inherit(ctx context.Context) error {
	dead, err := d.exceptions(ctx, delivery.Dead, delivery.HolderDead)
	if err != nil {
		return err
	}
	heirs := []delivery.Proposal{
		{Holder: "Rini Handayani", Relation: "anak", Bank: "BRI", Number: "002301047711503", Evidence: "Akta kematian 3172-KM-0042"},
		{Holder: "Slamet Raharjo", Relation: "suami", Bank: "BNI", Number: "0417733580", Evidence: "Akta kematian 3172-KM-0057"},
	}
	for i := range min(len(heirs), len(dead)) {
		l, err := d.app.Delivery.Overview(d.as(ctx, "bendahara"), dead[i].ListID)
		if err != nil {
			return err
		}
		p := heirs[i]
		p.Kind, p.FamilyID, p.Programme = delivery.Heir, dead[i].FamilyID, l.Programme
		r, err := d.app.Delivery.ProposeRoute(d.as(ctx, "bendahara"), p)
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		if _, err := d.app.Delivery.DecideRoute(d.as(ctx, "ppk"), r.ID, true); err != nil {
			return err
		}
	}
	return nil
}

// mend gives one returned payment to the treasury and sends another by the
// post office; a third is paid again, whereupon the bank credits it all the
// same: what is then owed is claimed, and half of it repaid.
func (d *demo) mend(ctx context.Context) error {
	back, err := d.exceptions(ctx, delivery.Code(bank.WrongAccount), delivery.Code(bank.BlockedAccount), delivery.Code(bank.NameMismatch))
	if err != nil {
		return err
	}
	roads := []struct {
		action delivery.Action
		why    string
	}{
		{delivery.Reissue, "Nomor rekening sudah dibetulkan di bank"},
		{delivery.ByPost, "Penerima memilih kantor pos"},
		{delivery.Remit, "Keluarga tidak ditemukan sampai batas waktu"},
	}
	for i := range min(len(roads), len(back)) {
		if err := d.resolve(ctx, back[i], roads[i].action, roads[i].why); err != nil {
			return err
		}
	}
	if len(back) == 0 {
		return nil
	}
	return d.claim(ctx, back[0])
}

// claim has the bank credit a line that was paid again already, and the
// office ask for the money back.
func (d *demo) claim(ctx context.Context, e delivery.Exception) error {
	l, err := d.app.Delivery.Overview(d.as(ctx, "bendahara"), e.ListID)
	if err != nil {
		return err
	}
	number, now := l.Number, d.clock.Now()
	file := bank.Return{Batch: number, At: now, Results: []bank.Result{
		{Reference: delivery.Reference(number, e.LineNo), Status: bank.Credited, Amount: e.Amount, At: now}}}
	if _, err := d.app.Delivery.Reconcile(d.as(ctx, "bendahara"), number+"-susulan.csv", bytes.NewReader(file.Bytes()), false, d.progress); err != nil {
		return err
	}
	late, err := d.exceptions(ctx, delivery.CreditAfterReissue)
	if err != nil {
		return err
	}
	if len(late) != 1 {
		return fmt.Errorf("app: %d credits after a payment was made again, not 1", len(late))
	}
	if err := d.resolve(ctx, late[0], delivery.Recover, "Bank mengkreditkan pembayaran yang sudah diretur"); err != nil {
		return err
	}
	claims, _, err := d.app.Delivery.Claims(d.as(ctx, "bendahara"), delivery.ClaimFilter{Status: delivery.ClaimOpen})
	if err != nil {
		return err
	}
	for _, c := range claims {
		p, err := d.app.Delivery.Repay(d.as(ctx, "bendahara"), c.ID, c.Left()/2, civil.OfTime(now), "NTPN 7C3A18E2B04D96F5")
		if err != nil {
			return err
		}
		if _, err := d.app.Delivery.DecideRepayment(d.as(ctx, "ppk"), c.ID, p.No, true); err != nil {
			return err
		}
	}
	return nil
}

// resolve has the treasurer propose and the checker agree.
func (d *demo) resolve(ctx context.Context, e delivery.Exception, a delivery.Action, why string) error {
	if _, err := d.app.Delivery.Propose(d.as(ctx, "bendahara"), e.ID, a, why); err != nil {
		return err
	}
	_, err := d.app.Delivery.Decide(d.as(ctx, "ppk"), e.ID, true)
	return err
}

// exceptions returns the open exceptions of some codes, oldest first.
func (d *demo) exceptions(ctx context.Context, codes ...delivery.Code) ([]delivery.Exception, error) {
	const enough = 100
	all, _, err := d.app.Delivery.Exceptions(d.as(ctx, "bendahara"), delivery.ExceptionFilter{Status: delivery.Open, Codes: codes, Limit: enough})
	return all, err
}
