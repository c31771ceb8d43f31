package linkage

// homeLike is how homes are known on a list: the parts that tell of one, what is
// expected of two people of one before any data are seen, and what the piece of
// a score is called that is because of them.
type homeLike struct {
	parts    partSet
	expected *shares
	level    string
}

// Homes are known by what they have. Of a list that tells nothing of that, of
// voters say, families are known by a name and a town.
var (
	byHome = homeLike{partsOf(byPhone, byAddress, byParent, byMother), &expectedHome, HomeLevel}
	byKin  = homeLike{partsOf(byWord, byPlace), &expectedKin, KinLevel}
)

// homesLike returns how homes are known on this list.
func (l *linker) homesLike() *homeLike {
	towns := false
	for i := range l.set.entries {
		e := &l.set.entries[i]
		if e.at[Phone] >= 0 || e.at[Address] >= 0 || e.at[Mother] >= 0 {
			return &byHome
		}
		towns = towns || e.area.digits() > 0 || e.at[Place] >= 0 || e.at[Postcode] >= 0
	}
	if towns {
		return &byKin
	}
	return &byHome
}

// lessons returns the lessons that teach what people of one home are like: those
// of rules whose blocks hold what tells of one. Elsewhere it is anybody who
// makes pairs of two people in great number, such as neighbours whose numbers
// begin alike.
func (h *homeLike) lessons(all []lesson) []lesson {
	var homes []lesson
	for i := range all {
		if rules[i].of(h.parts) {
			homes = append(homes, all[i])
		}
	}
	return homes
}

func (h *homeLike) count(f Field, l int) float64 { return expectedPairs * h.expected[f][l] }
