package accessweb

import (
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/region"
)

// parseAreas reads areas as an administrator writes them: one a line, a code
// with or without dots or a name with where it lies; several codes may stand
// on one line. "*" is the nation. It returns fault.Invalid for what is no
// area, fits several, or lies outside the administrator's own scope.
func parseAreas(atlas *region.Atlas, own access.Scope, text string) (access.Scope, error) {
	var codes []string
	for line := range strings.Lines(text) {
		for _, part := range split(line) {
			if part == "*" {
				if !own.IsNation() {
					return access.Scope{}, fault.Invalid("access.wider_scope")
				}
				return access.Nation(), nil
			}
			code, err := areaOf(atlas, own, part)
			if err != nil {
				return access.Scope{}, err
			}
			if !own.Covers(code) {
				return access.Scope{}, fault.Invalid("access.area_outside", "area", atlas.Path(code, ", "))
			}
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return access.Scope{}, fault.Invalid("access.areas_empty")
	}
	return access.Areas(codes...), nil
}

// split parts a line of codes at its commas and semicolons, and leaves a
// name whole, since a name says after a comma where it lies.
func split(line string) []string {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if strings.Trim(line, "0123456789.,;* \t'") != "" {
		return []string{line}
	}
	return strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(",; \t", c) })
}

// areaOf returns the code that a text stands for.
func areaOf(atlas *region.Atlas, own access.Scope, text string) (string, error) {
	if strings.ContainsAny(text[:1], "0123456789'") {
		return atlas.Parse(text)
	}
	query := region.Query{Text: text, Limit: 6}
	if !own.IsNation() {
		query.Within = own.Prefixes()
	}
	found := atlas.Find(query)
	if len(found) == 0 {
		return "", fault.Invalid("access.area_unknown", "text", shown(text))
	}
	if named(found[0]) && (len(found) == 1 || !named(found[1])) {
		return found[0].Code, nil
	}
	var examples []string
	for _, m := range found[:min(len(found), 5)] {
		examples = append(examples, region.Dotted(m.Code)+" "+m.Path)
	}
	return "", fault.Invalid("access.area_many", "text", shown(text), "examples", strings.Join(examples, "; "))
}

// shown shortens a text for a message.
func shown(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// named reports whether a region was found by a name of its own in full: a
// beginning or a likeness is too little to grant somebody an area.
func named(m region.Match) bool { return m.How == region.ByName || m.How == region.ByAlias }

// areaText writes a scope the way parseAreas reads it.
func areaText(s access.Scope) string {
	if s.IsNation() {
		return "*"
	}
	var lines []string
	for _, p := range s.Prefixes() {
		lines = append(lines, region.Dotted(p))
	}
	return strings.Join(lines, "\n")
}

// areaNames names a scope's areas on one line.
func areaNames(atlas *region.Atlas, nation string, s access.Scope) string {
	if s.IsNation() {
		return nation
	}
	var names []string
	for _, p := range s.Prefixes() {
		names = append(names, atlas.Name(p)+" ("+region.Dotted(p)+")")
	}
	return strings.Join(names, ", ")
}
