package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/money"
)

const fund = "2026/pkh"

func at(k Kind) Account { return Account{k, fund} }

// TestCheck holds postings to the rules that need no database.
func TestCheck(t *testing.T) {
	good := Move("k", "allot", at(Treasury), at(Allotment), 5).Of("object", "paper")
	with := func(change func(*Posting)) Posting {
		p := good
		p.Lines = append([]Line(nil), good.Lines...)
		change(&p)
		return p
	}
	for name, c := range map[string]struct {
		p    Posting
		want string // key of the refusal
	}{
		"good":           {good, ""},
		"no key":         {with(func(p *Posting) { p.Key = "" }), "ledger.bad_posting"},
		"no kind":        {with(func(p *Posting) { p.Kind = "" }), "ledger.bad_posting"},
		"line end":       {with(func(p *Posting) { p.Document = "a\nb" }), "ledger.bad_posting"},
		"nothing moved":  {with(func(p *Posting) { p.Lines[0].Amount, p.Lines[1].Amount = 0, 0 }), "ledger.bad_posting"},
		"account twice":  {with(func(p *Posting) { p.Lines[1].Account = p.Lines[0].Account }), "ledger.bad_posting"},
		"no such stage":  {with(func(p *Posting) { p.Lines[0].Account.Kind = "pocket" }), "ledger.bad_posting"},
		"one more":       {with(func(p *Posting) { p.Lines[1].Amount++ }), "ledger.unbalanced"},
		"one line":       {with(func(p *Posting) { p.Lines = p.Lines[:1] }), "ledger.unbalanced"},
		"no lines":       {with(func(p *Posting) { p.Lines = nil }), "ledger.unbalanced"},
		"too large":      {with(func(p *Posting) { p.Lines[0].Amount, p.Lines[1].Amount = 1<<62, 1<<62 }), "ledger.too_large"},
		"no road":        {Move("k", "x", at(Treasury), at(Withdrawn), 5), "ledger.no_road"},
		"the wrong way":  {Move("k", "x", at(Channel), at(Allotment), 5), "ledger.no_road"},
		"another fund":   {Move("k", "x", at(Treasury), Account{Allotment, "2026/sembako"}, 5), "ledger.no_road"},
		"a fund's colon": {Move("k", "x", Account{Treasury, "a:b"}, Account{Allotment, "a:b"}, 5), "ledger.bad_posting"},
	} {
		p, err := c.p.check()
		var f *fault.Error
		switch ok := asFault(err, &f); {
		case c.want == "" && err != nil, c.want != "" && (!ok || f.Key != c.want):
			t.Errorf("%s: %v", name, err)
		case err == nil && (p.Lines[0].Account != at(Allotment) || p.Object != "object" || p.Document != "paper"):
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func asFault(err error, f **fault.Error) bool {
	x, ok := err.(*fault.Error)
	*f = x
	return ok
}

// TestAccounts round-trips the names of accounts, and refuses others.
func TestAccounts(t *testing.T) {
	for _, k := range Kinds {
		a, err := ParseAccount(at(k).Code())
		if err != nil || a != at(k) || a.mayOverdraw() != (k == Treasury) {
			t.Errorf("%s: %+v %v", k, a, err)
		}
	}
	for _, bad := range []string{"", "treasury", "treasury:", "pocket:2026/pkh", "treasury:a:b", "treasury:a\nb"} {
		if a, err := ParseAccount(bad); err == nil || a != (Account{}) {
			t.Errorf("%q is read as %+v", bad, a)
		}
	}
	got := []string{Area("2026/pkh"), Area("2026/pkh/3674"), Area("2026/pkh/3674/9"), Area("")}
	if diff := cmp.Diff([]string{"", "3674", "3674/9", ""}, got); diff != "" {
		t.Error(diff)
	}
}

// TestDigests holds digests to covering all that a posting says, and the chain
// to covering all before.
func TestDigests(t *testing.T) {
	base := Move("k", "allot", at(Treasury), at(Allotment), 5).Of("o", "d")
	seen := map[[32]byte]bool{base.digest(): true}
	for _, p := range []Posting{Move("k", "other", at(Treasury), at(Allotment), 5).Of("o", "d"), base.Of("p", "d"), base.Of("o", "e"),
		Move("k", "allot", at(Treasury), at(Allotment), 6).Of("o", "d"), Move("k", "allot", at(Allotment), at(Treasury), 5).Of("o", "d")} {
		if seen[p.digest()] {
			t.Errorf("%+v has the digest of another", p)
		}
		seen[p.digest()] = true
	}
	e := Entry{Posting: base, Seq: 1, Actor: "rudi", At: time.UnixMilli(1000), Body: base.digest()}
	first := e.chain([32]byte{})
	if first == e.chain(first) {
		t.Error("the chain does not cover what was before")
	}
	for what, change := range map[string]func(*Entry){
		"who": func(e *Entry) { e.Actor = "rini" }, "which": func(e *Entry) { e.Seq++ }, "when": func(e *Entry) { e.At = e.At.Add(time.Millisecond) },
		"what": func(e *Entry) { e.Body[31]++ }, "under which key": func(e *Entry) { e.Key = "l" },
	} {
		other := e
		change(&other)
		if first == other.chain([32]byte{}) {
			t.Errorf("the chain does not cover %s", what)
		}
	}
}

// TestCheckLeavesTheCallersLines holds check to sorting a copy.
func TestCheckLeavesTheCallersLines(t *testing.T) {
	p := Move("k", "x", at(Treasury), at(Allotment), 5)
	if _, err := p.check(); err != nil || p.Lines[0].Account != at(Treasury) {
		t.Errorf("%+v %v", p, err)
	}
}

// TestRoads holds every giver of an entry to having a road to every taker.
func TestRoads(t *testing.T) {
	for name, c := range map[string]struct {
		want  bool
		lines []Line
	}{
		"settled":           {true, []Line{{at(Channel), -3}, {at(Credited), 2}, {at(Returned), 1}}},
		"by one rupiah":     {false, []Line{{at(Channel), -3}, {at(Credited), 2}, {at(Remitted), 1}}},
		"from one rupiah":   {false, []Line{{at(Channel), -2}, {at(Allotment), -1}, {at(Credited), 3}}},
		"takers need none":  {true, []Line{{at(Channel), -3}, {at(Returned), 1}, {at(Recoverable), 2}}},
		"two givers":        {true, []Line{{at(Credited), -1}, {at(Unclaimed), -2}, {at(Withdrawn), 3}}},
		"givers need none":  {true, []Line{{at(Allotment), -1}, {at(Treasury), -1}, {at(Recoverable), 2}}},
		"nothing goes none": {true, []Line{{at(Channel), -3}, {at(Credited), 3}, {at(Treasury), 0}}},
	} {
		if got := (Posting{Lines: c.lines}).onRoads(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestFlows tries each comparison of stages at its edge.
func TestFlows(t *testing.T) {
	type sums map[Kind]money.Rupiah
	for name, c := range map[string]struct {
		in, out                     sums
		reserved, channel, remitted bool
	}{
		"nothing":               {sums{}, sums{}, true, true, true},
		"given back":            {sums{Allotment: 5, Reserved: 5}, sums{Allotment: 5, Reserved: 5}, true, true, true},
		"more taken than given": {sums{Reserved: 4, Allotment: 5}, sums{Reserved: 5}, false, true, true},
		"released again":        {sums{Reserved: 5, Channel: 5, Released: 10}, sums{}, true, true, true},
		"withdrawn, unclaimed":  {sums{Credited: 5, Unclaimed: 5, Withdrawn: 10}, sums{}, true, true, true},
		"withdrawn, one more":   {sums{Credited: 5, Unclaimed: 5, Withdrawn: 11}, sums{}, true, false, true},
		"remitted and repaid":   {sums{Returned: 5, Recoverable: 5, Remitted: 10}, sums{}, true, true, true},
		"remitted, one more":    {sums{Returned: 5, Recoverable: 5, Remitted: 11}, sums{}, true, true, false},
		"returned twice":        {sums{Returned: 5, Recoverable: 5, Remitted: 5}, sums{Returned: 6}, true, true, false},
	} {
		f := flows{c.in, c.out}
		if f.reservedWithin() != c.reserved || f.channelAccounted() != c.channel || f.remittedWithin() != c.remitted {
			t.Errorf("%s: %v %v %v", name, f.reservedWithin(), f.channelAccounted(), f.remittedWithin())
		}
	}
}

// books are rows as the database holds them, for the walker to judge.
type books struct {
	rows []Row
	seq  int64
	held map[Account]money.Rupiah
	last [32]byte
}

func (b *books) enter(p Posting) *books {
	if b.held == nil {
		b.held = map[Account]money.Rupiah{}
	}
	b.seq++
	e := Entry{Posting: p, Seq: b.seq, At: time.UnixMilli(b.seq), Body: p.digest()}
	e.Chain = e.chain(b.last)
	b.last = e.Chain
	for i, l := range p.Lines {
		b.held[l.Account] += l.Amount
		b.rows = append(b.rows, Row{Entry: e, Head: i == 0, Account: l.Account.Code(), Amount: l.Amount, Balance: b.held[l.Account]})
	}
	return b
}

func (b *books) walk() *Proof {
	w := walker{proof: NewProof(Invariants...), held: map[string]money.Rupiah{}, keys: map[string]bool{}, flows: map[string]flows{}}
	for i := range b.rows {
		if err := w.row(&b.rows[i]); err != nil {
			panic(err)
		}
	}
	w.close()
	return w.proof
}

func life() *books {
	b := &books{}
	for i, r := range []Road{{Treasury, Allotment}, {Allotment, Reserved}, {Reserved, Released}, {Released, Channel}, {Channel, Returned}, {Returned, Remitted}} {
		b.enter(Move(string(rune('a'+i)), "x", at(r.From), at(r.To), 100))
	}
	return b
}

// TestTheWalkerFindsEachFault makes one change to sound books at a time: the
// walker names the invariant that does not hold any more.
func TestTheWalkerFindsEachFault(t *testing.T) {
	if p := life().walk(); !p.Balanced || p.Entries != 6 || len(p.Problems) > 0 || !p.Invariants[ChainUnbroken] {
		t.Fatalf("%+v", p)
	}
	if p := (&books{}).walk(); !p.Balanced || p.Entries != 0 {
		t.Fatalf("empty books: %+v", p)
	}
	for name, c := range map[string]struct {
		invariant string
		books     func() *books
	}{
		"a gap":               {SequenceWhole, func() *books { b := life(); b.rows[2].Entry.Seq++; return b }},
		"a key twice":         {SequenceWhole, func() *books { b := life(); b.rows[2].Entry.Key = "a"; return b }},
		"an amount":           {EntriesBalance, func() *books { b := life(); b.rows[1].Amount++; return b }},
		"a balance":           {BalancesRunning, func() *books { b := life(); b.rows[1].Balance++; return b }},
		"an account":          {EntriesBalance, func() *books { b := life(); b.rows[1].Account = "pocket:x"; return b }},
		"a line dropped":      {EntriesTwoSided, func() *books { b := life(); b.rows = b.rows[:len(b.rows)-1]; return b }},
		"a body":              {ChainUnbroken, func() *books { b := life(); b.rows[2].Entry.Body[0]++; return b }},
		"a chain":             {ChainUnbroken, func() *books { b := life(); b.rows[2].Entry.Chain[0]++; return b }},
		"an overdraft":        {NothingOverdrawn, func() *books { return (&books{}).enter(Move("a", "x", at(Allotment), at(Reserved), 1)) }},
		"no road":             {MoneyOnRoads, func() *books { return (&books{}).enter(Move("a", "x", at(Treasury), at(Credited), 1)) }},
		"more than allotted":  {ReservedWithinAllotment, func() *books { return life().enter(Move("z", "x", at(Allotment), at(Reserved), 1)) }},
		"more than sent":      {ChannelAccounted, func() *books { return life().enter(Move("z", "x", at(Channel), at(Credited), 1)) }},
		"more than came back": {RemittedWithinReturned, func() *books { return life().enter(Move("z", "x", at(Returned), at(Remitted), 1)) }},
		"more than credited":  {ChannelAccounted, func() *books { return life().enter(Move("z", "x", at(Credited), at(Withdrawn), 1)) }},
		"more than released":  {ChannelAccounted, func() *books { return life().enter(Move("z", "x", at(Treasury), at(Channel), 1)) }},
		"more than reserved":  {ReservedWithinAllotment, func() *books { return (&books{}).enter(Move("z", "x", at(Treasury), at(Released), 1)) }},
	} {
		p := c.books().walk()
		if p.Balanced || p.Invariants[c.invariant] || len(p.Problems) == 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	p := NewProof("x")
	for range 200 {
		p.Fail("x", "again")
	}
	if len(p.Problems) != 100 {
		t.Errorf("%d problems are listed", len(p.Problems))
	}
}
