package document

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"gotong/internal/i18n"
)

// form is the version of the record below, which its hash covers.
const form = 1

// Paper is what stands on a paper, without number and date. Amounts and
// counts in tables are plain digits, which Draw writes as the language does;
// all else is as it is read.
type Paper struct {
	Form    int       `json:"form"`
	Kind    Kind      `json:"kind"`
	Lang    i18n.Lang `json:"lang"`
	Subject string    `json:"subject"` // id of what it is about
	Area    string    `json:"area"`    // code of the area that it covers; "" is all
	Office  Office    `json:"office"`
	Title   []string  `json:"title"` // what it is, then what it is about
	Blocks  []Block   `json:"blocks"`
}

// Block is one part of a paper; the first of its fields that is not empty
// says which.
type Block struct {
	NewPage bool        `json:"new_page,omitempty"`
	Heading string      `json:"heading,omitempty"`
	Centre  string      `json:"centre,omitempty"`
	Text    string      `json:"text,omitempty"`
	Small   string      `json:"small,omitempty"` // remark in a smaller hand
	Pairs   []Pair      `json:"pairs,omitempty"`
	Clauses []Clause    `json:"clauses,omitempty"`
	Code    *Pair       `json:"code,omitempty"` // a code to copy, in a box
	QR      *Pair       `json:"qr,omitempty"`   // a number to scan, or to copy
	Table   *Table      `json:"table,omitempty"`
	Sign    []Signatory `json:"sign,omitempty"`
	Images  []Image     `json:"images,omitempty"`
}

// Pair is a term and what it is.
type Pair struct {
	Term  string `json:"term"`
	Value string `json:"value"`
}

// Clause is a paragraph behind a mark: a., KESATU, 1.
type Clause struct {
	Mark string `json:"mark"`
	Text string `json:"text"`
}

// Align says what the cells of a column hold.
type Align string

// The sorts of columns.
const (
	Words  Align = ""
	Amount Align = "amount" // whole rupiah, in plain digits
	Count  Align = "count"  // a number, in plain digits
	Code   Align = "code"   // digits that are no number
)

// Column is a column of a table. Width is its share of the line.
type Column struct {
	Title string `json:"title"`
	Width int    `json:"width"`
	Align Align  `json:"align,omitempty"`
}

// Table is a table with repeated headings. A row of one cell is a heading
// over the rows that follow.
type Table struct {
	Name    string     `json:"name"` // of the sheet in a workbook
	Columns []Column   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Totals  []string   `json:"totals,omitempty"`
}

// Signatory is who signs: in what capacity, under which name. A picture of
// the signature may stand above the name.
type Signatory struct {
	Place   string `json:"place,omitempty"` // the day of issue follows it
	Role    string `json:"role"`
	Name    string `json:"name"`
	Number  string `json:"number,omitempty"` // of service
	Picture []byte `json:"picture,omitempty"`
}

// Image is a photograph with what it shows. Content is a PNG or JPEG file.
type Image struct {
	Caption string `json:"caption"`
	Content []byte `json:"content"`
}

// Canonical returns the bytes that a paper's hash is of.
func (p *Paper) Canonical() ([]byte, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	return b, nil
}

// Hash returns the SHA-256 of a paper's canonical bytes.
func (p *Paper) Hash() ([32]byte, error) {
	b, err := p.Canonical()
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(b), nil
}

// Rows counts the rows of all tables of a paper.
func (p *Paper) Rows() int {
	n := 0
	for i := range p.Blocks {
		if t := p.Blocks[i].Table; t != nil {
			n += len(t.Rows)
		}
	}
	return n
}
