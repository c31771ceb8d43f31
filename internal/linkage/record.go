// Package linkage finds records that speak of one person: within the
// register, where such a pair is a duplicate, and between lists.
//
// It weighs evidence as Fellegi and Sunter (1969) do. Each field of a pair is
// compared to a level (same, alike, different); a level weighs log2 of how
// much likelier it is between two records of one person than between records
// of two. The first likelihoods are learned by expectation maximisation
// (Dempster and others, 1977) without any labelled pair, the second are
// measured on random pairs; agreement on a rare value weighs more than on a
// common one (term frequency, Winkler 1989). Only pairs that share a block
// are compared. The weights of a pair are kept piece by piece, so that a
// person can see why two records are held to be one.
//
// Same records in, in any order and on any number of cores: same pairs out.
package linkage

import (
	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Record is what is known of one person in one list. Whatever is empty or
// nil is not compared.
type Record struct {
	ID     ident.ID
	List   uint8    // which of several lists; see Options.Between
	Family ident.ID // people of one family are not each other's duplicates unless very much alike

	Name   string
	Mother string
	Born   *civil.Date
	NoDay  int // what is written for a birth date and is no day, as YYYYMMDD: 19500231; 0 for none
	Female *bool

	Area     string // Kemendagri digits without dots
	Address  string
	Place    string // a town or village in words, in lists that have no area code
	Postcode string
	Phone    string

	// Number is the identity number in clear, which lets one mistyped digit
	// be seen; it is held in memory alone. Blind is its keyed digest, which
	// tells only same from different. Either may be missing.
	Number string
	Blind  []byte
}

// Field is one thing that is compared.
type Field uint8

// The fields: texts first, then codes, then the rest.
const (
	Name Field = iota
	Mother
	Address
	Place
	Postcode
	Phone
	Number
	Born
	Sex
	Area
	Numbered // whether both have a number
	Dated    // whether the numbers bear out birth dates that differ
	fieldCount

	textCount  = Place + 1  // fields that are texts
	valueCount = Number + 1 // fields whose values are kept once
)

var fieldNames = [fieldCount]string{"name", "mother", "address", "place", "postcode", "phone", "number", "born", "sex", "area", "numbered", "dated"}

// String returns the field's name, as message keys and stored pieces use it.
func (f Field) String() string {
	if f < fieldCount {
		return fieldNames[f]
	}
	return "unknown"
}

// fields are some of the fields, a bit each.
type fields uint16

func (s fields) has(f Field) bool { return s>>f&1 != 0 }

// Level is how far two values of a field agree. Its meaning depends on the
// field; 0 is always the fullest agreement.
type Level uint8

// Levels of names, addresses and places.
const (
	TextSame      Level = iota // the same, in whatever spelling or order of words
	TextSound                  // sound the same
	TextNear                   // a typing error apart
	TextInitial                // a word is but its first letter
	TextPart                   // a word left out, behind the first
	TextRest                   // a word left out, and the first words differ
	TextLoose                  // a word left out and a typing error, or two errors
	TextWord                   // a word in common
	TextLike                   // no word in common, but alike
	TextDifferent              // nothing in common
)

// Levels of birth dates.
const (
	BornSame      Level = iota
	BornSwapped         // day and month exchanged
	BornDay             // the day alone, by two at most or by ten
	BornYear            // the year alone, by two at most or by ten
	BornSlip            // another digit, or two neighbours exchanged
	BornPart            // two of day, month and year
	BornTwice           // two slips
	BornClose           // within a year
	BornDifferent       // otherwise
)

// Levels of sex.
const (
	SexSame Level = iota
	SexDifferent
)

// Levels of areas.
const (
	AreaVillage   Level = iota // the same village
	AreaDistrict               // the same district
	AreaRegency                // the same regency or city
	AreaProvince               // the same province
	AreaDifferent              // otherwise
)

// Levels of numbers.
const (
	NumberSame      Level = iota
	NumberSlip            // one digit wrong, or two neighbours exchanged
	NumberNear            // so, but two people may well have such numbers
	NumberDifferent       // otherwise
)

// Whether both records have a number. A person on record twice often lacks
// it on one of the two, or would have been found long ago.
const (
	NumberedBoth Level = iota
	NumberedOne
)

// Of two birth dates that differ, whether each is the one that the person's own
// number holds: a slip of the hand seldom goes into both.
const (
	DatedOne  Level = iota // one is not, and may be wrong
	DatedBoth              // each is, so they are of two people
)

const (
	levelCount = 10 // the most levels that a field has
	unknown    = Level(15)
	levelBits  = 4
)

var levelNames = [fieldCount][]string{
	Name:     textLevels,
	Mother:   textLevels,
	Born:     {"same", "swapped", "day", "year", "slip", "part", "twice", "close", "different"},
	Sex:      {"same", "different"},
	Area:     {"village", "district", "regency", "province", "different"},
	Address:  textLevels,
	Place:    textLevels,
	Postcode: numberLevels,
	Phone:    numberLevels,
	Number:   numberLevels,
	Numbered: {"both", "one"},
	Dated:    {"one", "both"},
}

var (
	textLevels   = []string{"same", "sound", "near", "initial", "part", "rest", "loose", "word", "like", "different"}
	numberLevels = []string{"same", "slip", "near", "different"}
)

// LevelName returns the name of a level of f, as message keys and stored
// pieces use it.
func (f Field) LevelName(l Level) string {
	if f < fieldCount && int(l) < len(levelNames[f]) {
		return levelNames[f][l]
	}
	return "unknown"
}

// levels returns how many levels f has.
func (f Field) levels() int { return len(levelNames[f]) }
