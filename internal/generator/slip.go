package generator

import (
	"strings"
	"time"
	"unicode/utf8"

	"gotong/internal/civil"
)

// otherDay returns a day that a hurried clerk might write for day.
func otherDay(d *dice, day civil.Date) civil.Date {
	return slipDay(d, day, one(d, []string{"swapped", "slip", "year"}))
}

// slipDay writes a day wrongly, in the manner of kind: day and month swapped,
// one digit of the day or month off, or the year off. The result is a real day
// and another one.
func slipDay(d *dice, day civil.Date, kind string) civil.Date {
	y, m, dd := day.YMD()
	if kind == "swapped" && dd <= 12 && dd != int(m) {
		return civil.Of(y, time.Month(dd), int(m))
	}
	if kind == "year" {
		off := one(d, []int{-10, -2, -1, 1, 2, 10})
		return civil.Of(y+off, m, min(dd, 28))
	}
	other := dd + one(d, []int{-10, -2, -1, 1, 2, 10})
	if other < 1 || other > 28 {
		other = dd%28 + 1
	}
	return civil.Of(y, m, other)
}

// slipNumber writes a NIK wrongly, by one digit or by two neighbours changed
// over, such that nobody holds the result.
func slipNumber(d *dice, r *registrar, number, kind string) string {
	for range 40 {
		b := []byte(number)
		i := d.IntN(len(b))
		if kind == "transposed" && i+1 < len(b) {
			b[i], b[i+1] = b[i+1], b[i]
		} else if kind == "slip" {
			b[i] = '0' + byte(d.IntN(10))
		}
		if s := string(b); s != number && s[12:] != "0000" && r.neverIssued(s) {
			return s
		}
	}
	b := []byte(number)
	b[12] = '0' + byte(d.between(1, 7))
	return string(b)
}

// likeSounds are letters written for one another.
var likeSounds = [][2]string{
	{"u", "oe"}, {"oe", "u"}, {"j", "dj"}, {"y", "i"}, {"i", "y"}, {"dh", "d"}, {"th", "t"}, {"kh", "h"}, {"sy", "s"},
	{"f", "p"}, {"v", "p"}, {"z", "j"}, {"q", "k"}, {"ie", "i"}, {"ai", "e"}, {"ah", "a"}, {"h", ""}, {"nn", "n"}, {"aa", "a"},
}

// slipName writes a name in another way. Kinds: same, letter (a slip of the
// hand), spelling, shortened, title. The name is never left as it was unless
// the kind is same. It returns the kind too, which is letter where the name
// does not lend itself to the one asked for.
func slipName(d *dice, name, kind string) (string, string) {
	s := name
	switch kind {
	case "same":
		return name, kind
	case "spelling":
		s = respell(d, name)
	case "shortened":
		s = shorten(d, name)
	case "title":
		s = retitle(d, name)
	}
	if s != name {
		return s, kind
	}
	return slipLetter(d, name), "letter"
}

// slipLetter drops, doubles, swaps or replaces one letter.
func slipLetter(d *dice, name string) string {
	const near = "asdfghjklqwertyuiopzxcvbnm"
	for range 20 {
		i := d.between(min(1, len(name)-1), len(name)-1)
		if !lower(name[i]) {
			continue
		}
		s := name
		switch d.IntN(4) {
		case 0:
			s = name[:i] + name[i+1:]
		case 1:
			s = name[:i] + name[i:i+1] + name[i:]
		case 2:
			if i+1 < len(name) && lower(name[i+1]) {
				s = name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:]
			}
		case 3:
			k := strings.IndexByte(near, name[i])
			s = name[:i] + near[max(0, k-1):max(0, k-1)+1] + name[i+1:]
		}
		if s != name && utf8.ValidString(s) {
			return s
		}
	}
	return name + "h"
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }

func respell(d *dice, name string) string {
	first := d.IntN(len(likeSounds))
	for k := range likeSounds {
		p := likeSounds[(first+k)%len(likeSounds)]
		if i := strings.Index(name, p[0]); i > 0 {
			return name[:i] + p[1] + name[i+len(p[0]):]
		}
	}
	return name
}

// shorten drops the last word or cuts the first to its initial.
func shorten(d *dice, name string) string {
	name, _, _ = strings.Cut(name, ",")
	words := strings.Fields(name)
	if len(words) < 2 {
		return name
	}
	if len(words) > 2 || d.chance(0.5) {
		return strings.Join(words[:len(words)-1], " ")
	}
	return words[0][:1] + ". " + strings.Join(words[1:], " ")
}

func retitle(d *dice, name string) string {
	if bare, _, ok := strings.Cut(name, ","); ok {
		return bare
	}
	for _, t := range []string{"H. ", "Hj. ", "Drs. ", "Dra. ", "Ir. "} {
		if s, ok := strings.CutPrefix(name, t); ok {
			return s
		}
	}
	return one(d, []string{"H. ", "Bpk. ", "Sdr. "}) + name
}
