package registry

import (
	"strings"
	"unicode"

	"gotong/internal/civil"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/registry/sheet"
)

// familyRow is a checked row of the families' file.
type familyRow struct {
	row      int
	bad      bool
	key      string
	kk       nik.Number
	area     string
	address  string
	rt, rw   string
	observed civil.Date
	facts    packed
	members  []int32 // indexes of the members' rows
}

// memberRow is a checked row of the members' file.
type memberRow struct {
	row           int
	bad           bool
	key           string
	nik           nik.Number
	name          string
	born          civil.Date
	bornKnown     bool
	female        bool
	relation      int64
	mother        string
	account, bank string
	facts         packed
}

func (s *Service) familyLayout() *layout[familyRow] {
	return &layout[familyRow]{
		file: FamilyFile, level: indicator.Family, facts: func(r *familyRow) *packed { return &r.facts },
		fields: []field[familyRow]{
			{name: "id_keluarga", required: true, filled: true, read: func(c *checker, r *familyRow, text string) { r.key = c.key(text) }},
			{name: "no_kk", required: true, read: func(c *checker, r *familyRow, text string) { r.kk = c.number("KK", text) }},
			{name: "kode_wilayah", required: true, filled: true, read: func(c *checker, r *familyRow, text string) { r.area = c.area(text) }},
			{name: "alamat", read: func(_ *checker, r *familyRow, text string) { r.address = oneLine(text) }},
			{name: "rt", read: func(c *checker, r *familyRow, text string) { r.rt = c.neighbourhood(text) }},
			{name: "rw", read: func(c *checker, r *familyRow, text string) { r.rw = c.neighbourhood(text) }},
			{name: "tanggal_data", required: true, filled: true, day: func(r *familyRow, d civil.Date) { r.observed = d }},
		},
	}
}

func (s *Service) memberLayout() *layout[memberRow] {
	return &layout[memberRow]{
		file: MemberFile, level: indicator.Person, facts: func(r *memberRow) *packed { return &r.facts },
		fields: []field[memberRow]{
			{name: "id_keluarga", required: true, filled: true, read: func(c *checker, r *memberRow, text string) { r.key = c.key(text) }},
			{name: "nik", required: true, read: func(c *checker, r *memberRow, text string) { r.nik = c.number("NIK", text) }},
			{name: "nama", required: true, filled: true, read: func(c *checker, r *memberRow, text string) { r.name = c.name(text) }},
			{name: "tanggal_lahir", required: true, day: func(r *memberRow, d civil.Date) { r.born, r.bornKnown = d, true }},
			{name: "jenis_kelamin", required: true, filled: true, read: func(c *checker, r *memberRow, text string) { r.female = c.female(text) }},
			{name: "hubungan", required: true, filled: true, read: func(c *checker, r *memberRow, text string) { r.relation = c.relation(text) }},
			{name: "nama_ibu", read: func(c *checker, r *memberRow, text string) { r.mother = c.name(text) }},
			{name: "rekening", read: func(c *checker, r *memberRow, text string) { r.account = c.account(text) }},
			{name: "bank", read: func(_ *checker, r *memberRow, text string) { r.bank = strings.ToUpper(oneLine(text)) }},
		},
	}
}

// required lists the columns that a file must have.
func (s *Service) required(file FileKind) []string {
	var names []string
	if file == FamilyFile {
		for _, f := range s.familyLayout().fields {
			if f.required {
				names = append(names, f.name)
			}
		}
		return names
	}
	for _, f := range s.memberLayout().fields {
		if f.required {
			names = append(names, f.name)
		}
	}
	return names
}

// longestKey and longestName are how long an office's key and a name may be,
// in bytes.
const longestKey, longestName = 64, 120

func (c *checker) key(text string) string {
	if c.kind == sheet.Lost {
		c.hidden("key_figure", text)
		return ""
	}
	if len(text) > longestKey {
		c.error("too_long", text, "most", longestKey)
		return ""
	}
	// Keys are kept and shown in clear, which a family card's number must
	// not be.
	if n := numberIn(text); n != "" {
		p := c.here("")
		p.Value = n.Mask()
		p.sentence("key_is_number", []any{"column", p.Column})
		c.keep(p)
		return ""
	}
	return text
}

// numberIn returns the number of a person or card that a key is, or that
// stands in it, such as KK-3172045505900001; "" for none.
func numberIn(key string) nik.Number {
	const digits = 16
	if len(key) < digits {
		return ""
	}
	if !strings.Contains(key, "-") { // which no number is written with, and many keys
		if n, problem := nik.Parse(key); problem == "" {
			return n
		}
	}
	for from := 0; from+digits <= len(key); from++ {
		to := from
		for to < len(key) && key[to] >= '0' && key[to] <= '9' {
			to++
		}
		if to-from == digits {
			if n, problem := nik.Parse(key[from:to]); problem == "" && holdsDay(n) {
				return n
			}
		}
		from = to
	}
	return ""
}

// holdsDay reports whether digits look like a NIK's or a card's, and not like
// an office's own serial: a province first, and then a day.
func holdsDay(n nik.Number) bool {
	e := n.Embedded()
	return n[0] != '0' && e.Month >= 1 && e.Month <= 12 && e.Day >= 1 && e.Day <= 31
}

func (c *checker) number(kind, text string) nik.Number {
	if c.kind == sheet.Lost {
		c.hidden("number.figure", text, "number", kind)
		return ""
	}
	if nik.Is(text) {
		return c.placed(kind, nik.Number(text))
	}
	n, problem := nik.Parse(text)
	if problem == "" {
		return c.placed(kind, n)
	}
	if problem == nik.Empty {
		return n
	}
	p := c.here("")
	p.Value = masked(text)
	p.sentence("number."+string(problem), []any{"column", p.Column, "number", kind, "digits", countDigits(text)})
	c.keep(p)
	return ""
}

// placed warns of a number that begins with no district, now or before.
// Neighbours were mostly registered where the one above them was.
func (c *checker) placed(kind string, n nik.Number) nik.Number {
	if n.District() == c.district {
		return n
	}
	code := strings.Clone(n.District())
	strange, known := c.strange[code]
	if !known {
		strange = c.s.district(n).code == warnRegionUnknown
		c.strange[code] = strange
	}
	if !strange {
		c.district = code
		return n
	}
	p := c.here("")
	p.Value, p.Warning = n.Mask(), true
	p.sentence("number.region_unknown", []any{"column", p.Column, "number", kind, "code", region.Dotted(code)})
	c.keep(p)
	return n
}

func (c *checker) area(text string) string {
	if code, ok := c.areas[text]; ok {
		return code
	}
	code, err := c.s.atlas.Parse(text)
	level, _ := region.LevelOf(code)
	switch {
	case err != nil:
		c.fault(err, "area", text)
	case level != region.Village:
		c.error("area_not_village", text, "name", c.s.atlas.Name(code))
	case !c.scope.Covers(code):
		c.error("area_outside", text, "name", c.s.atlas.Path(code, ", "))
	default:
		c.areas[strings.Clone(text)] = strings.Clone(code)
		return code
	}
	return ""
}

// neighbourhood reads the number of an RT or RW and writes it with three digits.
func (c *checker) neighbourhood(text string) string {
	padded, ok := neighbourhood(text)
	if !ok {
		c.error("neighbourhood", text)
	}
	return padded
}

func neighbourhood(text string) (string, bool) {
	if len(text) > 3 || strings.Trim(text, "0123456789") != "" {
		return "", false
	}
	return strings.Repeat("0", 3-len(text)) + text, true
}

func (c *checker) name(text string) string {
	name := oneLine(text)
	switch {
	case len(name) > longestName:
		c.error("too_long", text, "most", longestName)
	case strings.IndexFunc(name, unicode.IsLetter) < 0:
		c.error("name", text)
	default:
		return name
	}
	return ""
}

func (c *checker) female(text string) bool {
	switch text {
	case "L", "l":
		return false
	case "P", "p":
		return true
	}
	no, err := c.s.sex.Parse(text)
	if err != nil {
		c.error("sex", text)
		return false
	}
	o, _ := c.s.sex.Option(no)
	return o.Code == "female"
}

func (c *checker) relation(text string) int64 {
	seen := &c.seen[c.column]
	no, ok := seen.of(text)
	if !ok {
		var err error
		if no, err = c.s.relation.Parse(text); err != nil {
			c.fault(err, "value", text)
			return 0
		}
		seen.learn(text, no)
	}
	return no
}

// account reads a bank account number as digits, of which leading zeros count.
func (c *checker) account(text string) string {
	switch c.kind {
	case sheet.Lost:
		c.hidden("account.figure", text)
		return ""
	case sheet.Figure:
		p := c.here("")
		p.Value, p.Warning = masked(text), true
		p.sentence("account.zeros", []any{"column", p.Column})
		c.keep(p)
	}
	const least, most = 6, 20
	if n := len(text); n >= least && n <= most && countDigits(text) == n {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		switch ch := text[i]; {
		case ch >= '0' && ch <= '9':
			b.WriteByte(ch)
		case ch == ' ' || ch == '-' || ch == '.' || ch == '\'':
		case ch == 'E' || ch == 'e' || ch == '+' || ch == ',':
			c.hidden("account.spreadsheet", text)
			return ""
		default:
			c.hidden("account.not_digits", text)
			return ""
		}
	}
	if n := b.Len(); n < least || n > most {
		c.hidden("account.length", text, "digits", n)
		return ""
	}
	return b.String()
}

// hidden notes an error of a cell whose text is not shown in full.
func (c *checker) hidden(name, text string, args ...any) {
	p := c.here("")
	p.Value = masked(text)
	p.sentence(name, append([]any{"column", p.Column}, args...))
	c.keep(p)
}

func countDigits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) { // of any script
			n++
		}
	}
	return n
}

// oneLine joins the words of a text with single spaces.
func oneLine(s string) string {
	blank := false
	for i := range len(s) {
		switch b := s[i]; {
		case b > ' ':
			blank = false
		case b == '\n' || b == '\r' || b == '\t' || b == ' ' && blank:
			return strings.Join(strings.Fields(s), " ")
		default:
			blank = b == ' '
		}
	}
	return s
}
