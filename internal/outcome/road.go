package outcome

// Road is what changed for a family on its way: the two ways out of poverty
// are to earn more and to have to spend less.
type Road string

// The roads.
const (
	RoadIncome  Road = "income"  // income per person rose, or one more member earns
	RoadRelief  Road = "relief"  // was entitled to what relieves spending
	RoadBoth    Road = "both"    //
	RoadOther   Road = "other"   // neither: what else the score rests on changed
	RoadUnknown Road = "unknown" // the income of one of the days is not known
)

// Roads lists the roads in the order of pages.
var Roads = []Road{RoadIncome, RoadBoth, RoadRelief, RoadOther, RoadUnknown}

// raised says whether income was raised between two days, by a rise of some
// per cent of income per person or by one more earner; unknown where neither
// can be told.
func raised(was, now point, percent int64) (yes, known bool) {
	if was.earnerKnown && now.earnerKnown && now.earners > was.earners {
		return true, true
	}
	if !was.incomeKnown || !now.incomeKnown {
		return false, false
	}
	more := int64(now.income) - int64(was.income)
	return more > 0 && more >= int64(was.income)/100*percent+int64(was.income)%100*percent/100, true
}

// roadOf joins the two: relieved is whether the family was entitled to what
// relieves spending.
func roadOf(was, now point, percent int64, relieved bool) Road {
	yes, known := raised(was, now, percent)
	switch {
	case yes && relieved:
		return RoadBoth
	case yes:
		return RoadIncome
	case !known:
		return RoadUnknown
	case relieved:
		return RoadRelief
	}
	return RoadOther
}
