package ledger

import "gotong/internal/money"

// Road is a way that money may go: from one stage of a fund to another.
type Road struct{ From, To Kind }

// Roads lists every road there is; migration 0073 holds the same. With it,
// and with no account below zero, whatever stands at a stage came to it from
// where it must come.
var Roads = []Road{
	{Treasury, Allotment}, {Allotment, Treasury}, // DIPA, and its cut
	{Allotment, Reserved}, {Reserved, Allotment}, {Reserved, Released}, // SPM, SP2D
	{Released, Allotment}, {Released, Channel}, {Channel, Released}, // held back; sent; proven not to have arrived
	{Channel, Credited}, {Channel, Returned}, {Channel, Recoverable}, // the last: less was credited than ordered
	{Credited, Withdrawn}, {Credited, Unclaimed}, {Credited, Returned},
	{Unclaimed, Credited}, {Unclaimed, Withdrawn}, {Unclaimed, Returned},
	{Returned, Credited}, {Returned, Allotment}, {Returned, Remitted}, // late credit; re-issue; state treasury
	{Allotment, Recoverable}, {Treasury, Recoverable}, // paid beyond what was owed
	{Recoverable, Allotment}, {Recoverable, Treasury}, {Recoverable, Remitted}, // claim given up; repaid
}

var laid = func() map[Road]bool {
	all := map[Road]bool{}
	for _, r := range Roads {
		all[r] = true
	}
	return all
}()

// onRoads reports whether a posting stays within one fund and every giver of
// it has a road to every taker.
func (p Posting) onRoads() bool {
	for _, g := range p.Lines {
		if g.Account.Fund != p.Lines[0].Account.Fund {
			return false
		}
		for _, t := range p.Lines {
			if g.Amount < 0 && t.Amount > 0 && !laid[Road{g.Account.Kind, t.Account.Kind}] {
				return false
			}
		}
	}
	return true
}

// flows add up what has ever gone from stage to stage of one fund.
type flows struct{ in, out map[Kind]money.Rupiah }

// reservedWithin reports whether all that was reserved or claimed, less what
// was given back, is within what was allotted, less what was taken back.
func (f flows) reservedWithin() bool {
	return f.out[Allotment] <= f.in[Allotment] && f.in[Reserved]-f.out[Reserved] >= 0 && f.in[Released] <= f.in[Reserved]+f.in[Channel]
}

// channelAccounted reports whether all that left the channel was at it, and
// no more was credited, returned or withdrawn than had reached it.
func (f flows) channelAccounted() bool {
	return f.out[Channel] <= f.in[Channel] && f.in[Channel] <= f.in[Released] &&
		f.in[Withdrawn] <= f.in[Credited]+f.in[Unclaimed]
}

// remittedWithin reports whether no more went to the state treasury than had
// come back or was repaid.
func (f flows) remittedWithin() bool {
	return f.in[Remitted] <= f.in[Returned]+f.in[Recoverable] && f.out[Returned] <= f.in[Returned]
}
