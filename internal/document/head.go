package document

import (
	"strings"

	"gotong/internal/i18n"
)

// letterhead draws the office's head over a thick and a thin line.
func (d *pen) letterhead() {
	o := d.office
	d.grey(0)
	if o.Above != "" {
		d.font("", titleSize)
		d.centred(strings.ToUpper(o.Above), leading(titleSize))
	}
	d.font("B", 16)
	d.centred(strings.ToUpper(o.Name), leading(15))
	d.font("", smallSize)
	d.grey(70)
	for _, line := range []string{o.Address, o.Contact} {
		if line != "" {
			d.centred(line, leading(smallSize))
		}
	}
	d.y += 2.2
	d.rule(d.y, 0.9, 0)
	d.rule(d.y+1.1, 0.2, 0)
	d.y += 8
	d.grey(0)
}

// title draws what the paper is, its number, and what it is about.
func (d *pen) title(p *Paper) {
	d.font("B", titleSize)
	d.centred(strings.ToUpper(p.Title[0]), leading(titleSize))
	d.font("", bodySize)
	d.centred(d.numberLine(), leading(bodySize))
	if len(p.Title) > 1 {
		d.y += 3
		d.font("B", 11)
		for _, line := range p.Title[1:] {
			d.centred(line, leading(11))
		}
	}
	if d.stamp.Former != "" {
		d.y += 1
		d.font("I", smallSize)
		d.centred(i18n.T(d.lang, "document.paper.replaces", "version", d.stamp.Version, "code", FormatCode(d.stamp.Former)), leading(smallSize))
	}
	d.y += 5
}

func (d *pen) numberLine() string {
	if d.stamp.Version > 1 {
		return i18n.T(d.lang, "document.paper.number_version", "number", d.stamp.Number, "version", d.stamp.Version)
	}
	return i18n.T(d.lang, "document.paper.number", "number", d.stamp.Number)
}

// longDay writes a day as letters do: 5 Januari 2026.
func (d *pen) longDay() string { return LongDay(d.lang, d.stamp.Date) }
