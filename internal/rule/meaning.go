package rule

// Meaning says what the rule asks, with its parameters' values put in: two
// rules of the same meaning have the same answers.
func (r *Rule) Meaning() string { return r.meaning }
