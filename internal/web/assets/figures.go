package main

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// sfnt is a TrueType font's tables by tag.
type sfnt map[string][]byte

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }

// tabular makes figures of equal width the font's own figures, as what makes
// PDF cannot ask for them by feature: columns of amounts then stand under one
// another. The point and the comma keep their width. A figure and its twin of
// equal width change places everywhere, also as parts of other glyphs: the
// twin may itself be the figure, moved.
func (f sfnt) tabular() error {
	swap, err := f.figures()
	if err != nil {
		return err
	}
	glyphs, loca, metrics := f["glyf"], f["loca"], f["hmtx"]
	if u16(f["head"], 50) != 0 || u16(f["hhea"], 34)*4 > len(metrics) {
		return errors.New("a form of font that is not read here")
	}
	widths := bytes.Clone(metrics)
	var all []byte
	places := make([]byte, 2, len(loca))
	for g := range len(loca)/2 - 1 {
		from := g
		if to, ok := swap[g]; ok {
			from = to
			copy(metrics[4*g:4*g+4], widths[4*to:4*to+4])
		}
		glyph := bytes.Clone(glyphs[2*u16(loca, 2*from) : 2*u16(loca, 2*from+2)])
		exchangeParts(glyph, swap)
		all = append(all, glyph...)
		if len(all)/2 > 0xFFFF {
			return errors.New("a font too large for short places")
		}
		places = binary.BigEndian.AppendUint16(places, uint16(len(all)/2))
	}
	f["glyf"], f["loca"] = all, places
	return nil
}

// Flags of a part of a glyph that is made of others.
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	fourScales    = 1 << 7
)

// exchangeParts has a glyph that is made of others name them by their new
// places.
func exchangeParts(glyph []byte, swap map[int]int) {
	if len(glyph) == 0 || int16(u16(glyph, 0)) >= 0 {
		return // empty, or drawn by itself
	}
	const header = 10
	for at := header; ; {
		flags := u16(glyph, at)
		if to, ok := swap[u16(glyph, at+2)]; ok {
			binary.BigEndian.PutUint16(glyph[at+2:], uint16(to))
		}
		if flags&moreParts == 0 {
			return
		}
		at += 4 + 2
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
	}
}

// figures returns the figures' glyphs with those of equal width, and these
// with the figures, from the font's feature "tnum".
func (f sfnt) figures() (map[int]int, error) {
	g := f["GSUB"]
	features, lookups := u16(g, 6), u16(g, 8)
	for i := range u16(g, features) {
		entry := features + 2 + 6*i
		if string(g[entry:entry+4]) != "tnum" {
			continue
		}
		lookup := u16(g, features+u16(g, entry+4)+4)
		lookup = lookups + u16(g, lookups+2+2*lookup)
		table := lookup + u16(g, lookup+6)
		cover := table + u16(g, table+2)
		if u16(g, lookup) != 1 || u16(g, table) != 2 || u16(g, cover) != 2 {
			break // not a list of single glyphs by ranges
		}
		return f.substitutes(g, table, cover), nil
	}
	return nil, errors.New("no figures of equal width are found in the font")
}

func (f sfnt) substitutes(g []byte, table, cover int) map[int]int {
	width := func(glyph int) int { return u16(f["hmtx"], 4*glyph) }
	swap := map[int]int{}
	for r := range u16(g, cover+2) {
		span := cover + 4 + 6*r
		first, last, index := u16(g, span), u16(g, span+2), u16(g, span+4)
		for glyph := first; glyph <= last; glyph++ {
			to := u16(g, table+6+2*(index+glyph-first))
			if width(to) == width(u16(g, table+6)) { // as wide as the first, which is nought
				swap[glyph], swap[to] = to, glyph
			}
		}
	}
	return swap
}
