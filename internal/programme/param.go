package programme

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/rule"
)

var paramKinds = []string{"number", "money", "bool", "date", "option"}

// param reads one parameter. A number without the day from which it holds, or
// without a source, is what the file format is there to prevent.
func (d *document) param(k, v *yaml.Node) {
	p := Param{Param: rule.Param{Name: k.Value, Kind: rule.Number}}
	d.within("params."+k.Value, func() {
		if !code.MatchString(k.Value) {
			d.problem(k, "programme.not_code", "value", k.Value)
		}
		if v.Kind != yaml.MappingNode {
			d.problem(v, "programme.undated", "name", k.Value)
			return
		}
		kind, decimals := "number", int64(0)
		var value, dated, sourced *yaml.Node
		d.mapping(v, reads{
			"value":    func(n *yaml.Node) { value = n },
			"kind":     word(d.reader, &kind, paramKinds),
			"unit":     d.text(&p.Unit),
			"decimals": d.whole(&decimals, 0),
			"name":     d.phrase(&p.Label),
			"in_force": func(n *yaml.Node) {
				dated = n
				d.period(&p.InForce)(n)
			},
			"source": func(n *yaml.Node) { sourced = n },
		}, "value", "name")
		if dated == nil {
			d.problem(v, "programme.undated", "name", k.Value)
		}
		if sourced == nil {
			d.problem(v, "programme.unsourced", "name", k.Value)
		}
		p.Decimals = int(decimals)
		if value != nil {
			d.value(&p.Param, kind, value)
		}
		if v, ok := d.programme.origin.changed[p.Name]; ok {
			p.Value = v
		}
		at := len(d.programme.Params)
		d.programme.Params = append(d.programme.Params, p)
		d.rules = append(d.rules, func() { d.checkParam(at, dated, sourced) })
	})
}

// checkParam checks what depends on the rest of the file.
func (d *document) checkParam(at int, dated, sourced *yaml.Node) {
	p := &d.programme.Params[at]
	d.within("params."+p.Name, func() {
		if sourced != nil {
			d.sourceOf(&p.Source)(sourced)
		}
		if dated != nil && d.from && !p.InForce.Covers(d.programme.InForce) {
			d.problem(dated, "programme.param_period", "name", p.Name)
		}
	})
}

func (d *document) value(p *rule.Param, kind string, n *yaml.Node) {
	switch kind {
	case "option":
		p.Kind = rule.Option
		if n.Kind == yaml.SequenceNode {
			p.List = true
			d.each(n, func(item *yaml.Node) { p.Texts = append(p.Texts, item.Value) })
			return
		}
		p.Texts = []string{n.Value}
	case "bool":
		p.Kind = rule.Bool
		b, err := strconv.ParseBool(n.Value)
		if err != nil {
			d.problem(n, "programme.not_bool", "value", n.Value)
		}
		if b {
			p.Value = 1
		}
	case "date":
		p.Kind = rule.Date
		var day civil.Date
		d.day(&day)(n)
		p.Value = int64(day)
	default:
		p.Money = kind == "money"
		v, ok := scaled(n.Value, p.Decimals)
		if !ok || n.Kind != yaml.ScalarNode {
			d.problem(n, "programme.not_whole", "value", n.Value)
			return
		}
		p.Value = v
		if p.Money && v < 0 {
			d.problem(n, "programme.too_small", "value", v, "least", 0)
		}
	}
}

// scaled reads a number with at most so many decimals as a whole number of
// their smallest part: 7.2 with two is 720.
func scaled(s string, decimals int) (int64, bool) {
	whole, fraction, dotted := strings.Cut(s, ".")
	if dotted && (decimals == 0 || fraction == "") || len(fraction) > decimals || decimals > 9 {
		return 0, false
	}
	v, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	return v, err == nil
}
