package delivery

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
)

// MakePayList makes a draft with a line for everybody whom the determination
// in force entitles under a programme, for one period, and who is not paid
// for it already. Whoever cannot be paid at present stands on the list as
// held, with the reason. It needs access.MakePayment.
//
// Asking again for what stands in a draft returns that draft. It returns
// fault.Conflict when nobody is left to be paid.
func (s *Service) MakePayList(ctx context.Context, o Order, p run.Progress) (*PayList, error) {
	actor, terms, err := s.orderable(ctx, &o)
	if err != nil {
		return nil, err
	}
	det, err := s.Decisions.Current(ctx)
	if err != nil {
		return nil, err
	}
	m := maker{s: s, order: o, terms: terms, progress: p}
	if err := m.gather(ctx, det.ID); err != nil {
		return nil, fmt.Errorf("delivery: gathering entitlements: %w", err)
	}
	if err := m.owing(ctx); err != nil {
		return nil, fmt.Errorf("delivery: finding what is owed: %w", err)
	}
	if len(m.entitled) == 0 {
		return nil, nothingToPay(terms.Code, o.Period)
	}
	if err := m.routed(ctx); err != nil {
		return nil, fmt.Errorf("delivery: finding routes: %w", err)
	}
	if len(m.entitled) == 0 {
		return nil, nothingToPay(terms.Code, o.Period)
	}
	if o.Means.ByFile() {
		if err := m.find(ctx); err != nil {
			return nil, fmt.Errorf("delivery: finding accounts: %w", err)
		}
	}
	fund, err := s.fund(ctx, o.Period.Year, terms.Code, o.Area)
	if err != nil {
		return nil, err
	}
	m.list = &PayList{ID: s.IDs.New(), Programme: terms.Code, Version: m.entitled[0].Version, Period: o.Period,
		Fund: fund, Determination: det.ID, Area: o.Area, Means: o.Means, Status: Draft}
	err = s.Unit.Write(ctx, func(ctx context.Context) error { return m.write(ctx, actor) })
	if errors.Is(err, errNothingToPay) {
		return s.drafted(ctx, actor, m.list, err)
	}
	if err != nil {
		return nil, fmt.Errorf("delivery: making a pay list: %w", err)
	}
	s.Failpoint(FailMakeDone)
	return m.list, nil
}

var errNothingToPay = errors.New("nothing to pay")

func nothingToPay(programme string, p Period) error {
	return fault.Conflict("delivery.nothing_to_pay", "programme", programme, "period", p).Because(errNothingToPay)
}

// maker makes one list.
type maker struct {
	s        *Service
	order    Order
	terms    Terms
	progress run.Progress
	list     *PayList
	entitled []Entitlement
	payees   map[ident.ID]Payee
	routes   map[ident.ID]Route // how families are paid otherwise
	adjust   *adjuster
}

// gather collects the entitlements in one order, whatever order they come in:
// line numbers, and with them references and digests, follow from it.
func (m *maker) gather(ctx context.Context, determination ident.ID) error {
	m.progress.Stage("pay_gather", 0)
	err := m.s.Decisions.Entitled(ctx, determination, m.terms.Code, func(e Entitlement) error {
		if strings.HasPrefix(e.Area, m.order.Area) {
			e.Lines = slices.Clone(e.Lines)
			m.entitled = append(m.entitled, e)
			m.progress.Add("", 1)
		}
		return ctx.Err()
	})
	m.sort()
	return err
}

func (m *maker) sort() {
	slices.SortFunc(m.entitled, func(a, b Entitlement) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), bytes.Compare(a.FamilyID[:], b.FamilyID[:]), bytes.Compare(a.PersonID[:], b.PersonID[:]))
	})
}

// routed keeps those whom the list's means reaches: a bank's list leaves out
// whom the post office pays, and the other way round.
func (m *maker) routed(ctx context.Context) error {
	if !m.order.Means.ByFile() {
		return nil
	}
	err := m.s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		m.routes, err = m.s.Store.RoutesOf(ctx, m.terms.Code)
		return err
	})
	m.entitled = slices.DeleteFunc(m.entitled, func(e Entitlement) bool {
		return (m.routes[e.FamilyID].Kind == ViaPost) != (m.order.Means == Post)
	})
	return err
}

// find opens the accounts, many families at a time.
func (m *maker) find(ctx context.Context) error {
	m.progress.Stage("pay_accounts", int64(len(m.entitled)))
	m.payees = make(map[ident.ID]Payee, len(m.entitled))
	const at = 2000
	for chunk := range slices.Chunk(m.entitled, at) {
		families := make([]ident.ID, 0, len(chunk))
		for _, e := range chunk {
			if len(families) == 0 || families[len(families)-1] != e.FamilyID {
				families = append(families, e.FamilyID)
			}
		}
		found, err := m.s.Payees.Payees(ctx, families)
		if err != nil {
			return err
		}
		for id, p := range found {
			m.payees[id] = p
		}
		m.progress.Add("", int64(len(chunk)))
	}
	return nil
}

// write writes the list and its lines.
func (m *maker) write(ctx context.Context, actor access.Actor) error {
	s, l := m.s, m.list
	n, err := s.Store.Number(ctx, l.Programme, l.Period)
	if err != nil {
		return err
	}
	l.Number = fmt.Sprintf("%s-%s-%02d", strings.ToUpper(l.Programme), l.Period, n)
	l.Made = Hand{By: actor.Login, At: s.now()}
	if err := s.Store.AddList(ctx, l); err != nil {
		return err
	}
	blocked, err := s.blocked(ctx, l)
	if err != nil {
		return err
	}
	paid, err := m.paid(ctx)
	if err != nil {
		return err
	}
	if m.adjust, err = s.adjusting(ctx, l.Programme, l.Period, l.Area); err != nil {
		return err
	}
	held, err := m.lines(ctx, blocked, paid)
	if err != nil {
		return err
	}
	if l.Lines == 0 {
		return nothingToPay(l.Programme, l.Period)
	}
	l.Made.Digest = l.Digest
	if err := s.Store.SaveList(ctx, l); err != nil {
		return err
	}
	a := s.act(actor, l, ActMade)
	if err := s.Store.Mark(ctx, a, Held); err != nil {
		return err
	}
	a.Sum = Sum{l.Lines, l.Total}
	if err := s.Store.AddExceptions(ctx, held); err != nil {
		return err
	}
	if err := s.Store.Recount(ctx, l.ID); err != nil {
		return err
	}
	s.Failpoint(FailMakeWritten)
	return s.record(ctx, l, a)
}

// grantKey names what can be paid once in a period.
type grantKey struct {
	beneficiary ident.ID
	component   string
}

// paid returns what is paid for the period already, or on its way to be,
// anywhere: a person may have moved.
func (m *maker) paid(ctx context.Context) (map[grantKey]bool, error) {
	paid := map[grantKey]bool{}
	everywhere := access.With(ctx, access.System("pay once"))
	err := m.s.Store.Living(everywhere, m.list.Programme, m.list.Period, func(beneficiary ident.ID, component string) {
		paid[grantKey{beneficiary, component}] = true
	})
	return paid, err
}

// lines writes the lines and returns an exception for each that is held.
func (m *maker) lines(ctx context.Context, blocked *blocks, paid map[grantKey]bool) ([]Exception, error) {
	s, l := m.s, m.list
	m.progress.Stage("pay_write", int64(len(m.entitled)))
	digest := NewDigester()
	w := s.Store.Writer(ctx, l)
	var held []Exception
	for i, e := range m.entitled {
		line := m.line(e, paid)
		if line == nil {
			m.progress.Add("paid", 1)
			continue
		}
		l.Lines++
		line.LineNo = l.Lines
		if line.Code == "" {
			line.Code = blocked.line(line)
		}
		if line.Code != "" {
			line.Status = Held
			held = append(held, s.exception(l, line))
		} else {
			l.Total += line.Amount
			digest.Line(line)
			for _, p := range line.Parts {
				digest.Part(line.LineNo, p)
			}
		}
		if err := w.Add(ctx, line); err != nil {
			return nil, err
		}
		m.progress.Add(string(line.Status), 1)
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	l.Digest = digest.Sum(l)
	return held, w.Flush(ctx)
}

// line returns the line of an entitlement, nil when there is nothing left of
// it to be paid in this period.
func (m *maker) line(e Entitlement, paid map[grantKey]bool) *Instruction {
	line := &Instruction{ListID: m.list.ID, FamilyID: e.FamilyID, PersonID: e.PersonID, Area: e.Area, Status: Planned}
	annual := map[grantKey]money.Rupiah{}
	for _, g := range e.Lines {
		k := grantKey{cmp.Or(g.PersonID, e.PersonID, e.FamilyID), g.Component}
		annual[k] += g.Annual
	}
	full := *line // as it would be without any consequence
	for _, k := range slices.SortedFunc(maps.Keys(annual), grantKey.compare) {
		amount := m.terms.Split(annual[k])[m.order.Period.No-1]
		if amount <= 0 || paid[k] || m.adjust.settled[k] {
			continue
		}
		paid[k] = true // a second entitlement to the same is not paid either
		left, adjusted := m.adjust.part(e.FamilyID, k, amount)
		full.add(Part{Beneficiary: k.beneficiary, Component: k.component, Amount: amount})
		line.add(Part{Beneficiary: k.beneficiary, Component: k.component, Amount: left})
		line.Adjusted = append(line.Adjusted, adjusted...)
	}
	m.adjust.payBack(line)
	suspended := line.Amount == 0 && full.Amount > 0 // nothing is left of it
	if suspended {
		line.Parts, line.Amount = full.Parts, full.Amount
	}
	if line.Amount == 0 {
		return nil
	}
	slices.SortFunc(line.Parts, func(a, b Part) int {
		return cmp.Or(bytes.Compare(a.Beneficiary[:], b.Beneficiary[:]), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Period.String(), b.Period.String()))
	})
	if m.order.Means.ByFile() {
		m.account(line)
	}
	if suspended { // said first: whatever else is the matter, planning the line by hand must not pay it
		line.Code = Suspended
	}
	return line
}

// add adds a part, unless nothing is left of it.
func (i *Instruction) add(p Part) {
	if p.Amount > 0 {
		i.Parts = append(i.Parts, p)
		i.Amount += p.Amount
	}
}

func (k grantKey) compare(o grantKey) int {
	return cmp.Or(bytes.Compare(k.beneficiary[:], o.beneficiary[:]), cmp.Compare(k.component, o.component))
}

// account puts the payee's account on a line, or says why there is none.
func (m *maker) account(line *Instruction) {
	r := m.routes[line.FamilyID]
	if r.Status == RouteApproved && r.Kind != ViaPost {
		line.Holder, line.Bank, line.Sealed, line.Blind, line.Masked = r.Holder, r.Bank, r.Sealed, r.Blind, r.Masked
		return
	}
	p, ok := m.payees[line.FamilyID]
	if !ok {
		line.Code = NoPayee
		return
	}
	if r.Kind == ViaPost {
		line.PayeeID, line.Holder, line.Bank = p.PersonID, p.Holder, postOffice
		return
	}
	line.PayeeID, line.Holder, line.Bank, line.Code = p.PersonID, p.Holder, p.Bank, p.Problem
	if p.Number == "" {
		line.Code = cmp.Or(line.Code, NoAccount)
		return
	}
	line.Sealed = m.s.Vault.Seal(accountLabel, p.Number)
	line.Blind = m.s.Vault.Blind(accountLabel, p.Bank+"\x00"+p.Number)
	line.Masked = Mask(p.Number)
}

// accountLabel is what a line's account number is sealed as.
const accountLabel = "instruction.account"

// Mask shows the last four digits of an account number longer than eight.
func Mask(number string) string {
	if len(number) <= 8 {
		return "••••"
	}
	return "••••" + number[len(number)-4:]
}
