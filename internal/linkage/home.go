package linkage

import "math"

// People of one home agree on their address, phone and place, often on a
// mother or a family name, and each agreement makes the others likely: taken
// one by one they would weigh as if the two were one person. So a pair's score
// is held against both ways of being two people: as strangers, and as people
// of one home.

// The piece that this takes off a score, as message keys and stored pieces call
// it: its level says how homes are known.
const (
	HomeField = "home"
	HomeLevel = "shared" // by what a home has
	KinLevel  = "kin"    // by name and town
)

// settleHomes keeps what was learned of people of one home.
func (w *Model) settleHomes(x *mixture) {
	if x.homes <= 0 {
		w.homeless = true
		return
	}
	w.homes = millibits(math.Log2(x.homes))
	for f := range fieldCount {
		for l := range f.levels() {
			if x.home[f][l] > 0 {
				w.home[f][l] = millibits(math.Log2(x.home[f][l] / x.two[f][l]))
				w.atHome[f][l] = millibits(math.Log2(x.home[f][l]))
			}
		}
	}
}

// ofHome returns what a score loses because the two may be people of one
// home, in thousandths of a bit: log2 of how much likelier the pair becomes
// among those of two people. What is rare is shared by strangers as seldom as it
// is rare, and what is bound to something else as often as that has it; people of
// one home share it as often as they do, be it rare or not.
func (w *Model) ofHome(p pattern, r *rarities) int32 {
	if w.homeless {
		return 0
	}
	odds := w.homes
	p = p.learned()
	for f := range fieldCount {
		switch l := p.level(f); {
		case l == unknown:
		case f == Area:
			odds += w.home[f][l] + r[f]
		case f.moved(l): // at least as often as strangers do
			odds += max(0, w.atHome[f][l]-w.one[f][l]+w.ofShared(f, l, r[f]))
		default:
			odds += w.home[f][l]
		}
		odds -= w.bonds.of(f, p) + w.kindred.of(f, p, r)
	}
	if odds < -10_000 { // a thousandth of what is lost at even odds
		return 0
	}
	return -millibits(math.Log2(1 + math.Exp2(float64(odds)/1000)))
}
