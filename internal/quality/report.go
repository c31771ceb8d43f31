package quality

import "strconv"

// AreaReport is a View as programs read it.
type AreaReport struct {
	Area       string       `json:"area"`
	MeasuredOn string       `json:"measured_on,omitempty" doc:"empty: never measured"`
	Rule       string       `json:"rule_from" doc:"first day of the rule that says what is good"`
	Here       AreaCounts   `json:"here"`
	Below      []AreaCounts `json:"below"`
	Trend      []AreaCounts `json:"trend" doc:"the oldest first"`
}

// AreaCounts are the counts of an area on a day. All but persons and facts count
// active families.
type AreaCounts struct {
	Area       string      `json:"area"`
	On         string      `json:"on,omitempty"`
	Families   int64       `json:"families"`
	Persons    int64       `json:"persons"`
	FactsKnown int64       `json:"facts_known"`
	FactsAsked int64       `json:"facts_asked"`
	Sound      int64       `json:"sound"`
	Incomplete int64       `json:"incomplete"`
	Stale      int64       `json:"stale"`
	Warned     int64       `json:"warned"`
	Twice      int64       `json:"twice"`
	Unvisited  int64       `json:"unvisited"`
	Waiting    int64       `json:"waiting"`
	Groups     []PartCount `json:"groups"`
	Fresh      []PartCount `json:"fresh"`
	Warnings   []PartCount `json:"warnings"`
	Programmes []PartCount `json:"programmes"`
}

// PartCount is one part of a measure.
type PartCount struct {
	Code  string `json:"code"`
	N     int64  `json:"n"`
	Of    int64  `json:"of,omitempty"`
	Minor bool   `json:"minor,omitempty" doc:"of a warning: for information only, not counted in warned"`
}

// ReportOf writes a View for programs.
func ReportOf(v View) AreaReport {
	r := AreaReport{Area: v.Area, Rule: v.Rule.From.String(), Here: countsOf(v.Overview, v.Rule), Below: []AreaCounts{}, Trend: []AreaCounts{}}
	if v.Day.On != 0 {
		r.MeasuredOn = v.Day.On.String()
	}
	for _, o := range v.Children {
		r.Below = append(r.Below, countsOf(o, v.Rule))
	}
	for _, p := range v.Trend {
		c := countsOf(p.Overview, v.Rule)
		c.On = p.On.String()
		r.Trend = append(r.Trend, c)
	}
	return r
}

func countsOf(o Overview, r Rule) AreaCounts {
	c := AreaCounts{Area: o.Area, Families: o.Families, Persons: o.Persons, Sound: o.Sound, Incomplete: o.Families - o.Complete, Stale: o.Stale(r),
		Warned: o.Warned, Twice: o.Twice, Unvisited: o.Unvisited, Waiting: o.Waiting, Groups: partsOf(o.Groups), Fresh: []PartCount{},
		Warnings: partsOf(o.Warnings), Programmes: partsOf(o.Programme)}
	c.FactsKnown, c.FactsAsked = o.Facts()
	for i := range c.Warnings {
		c.Warnings[i].Minor = r.Minor(c.Warnings[i].Code)
	}
	for i, n := range o.Steps {
		most := "more"
		if i < len(r.FreshDays) {
			most = strconv.Itoa(r.FreshDays[i])
		}
		c.Fresh = append(c.Fresh, PartCount{Code: most, N: n})
	}
	return c
}

func partsOf(parts []Part) []PartCount {
	all := []PartCount{}
	for _, p := range parts {
		all = append(all, PartCount{Code: p.Code, N: p.N, Of: p.Of})
	}
	return all
}
