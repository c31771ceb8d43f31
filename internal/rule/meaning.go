package rule

// Meaning writes what the rule asks, with its parameters' values put in: two
// rules of the same meaning have the same answers.
func (r *Rule) Meaning() string { return r.subject.variable + " " + r.root.String() }
