package document

import (
	"encoding/json"
	"fmt"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Stamp is what issuing adds to a paper.
type Stamp struct {
	ID      ident.ID   `json:"id"`
	Number  string     `json:"number"`
	Version int        `json:"version"`
	Former  string     `json:"former,omitempty"` // code of the version that this one replaces
	Date    civil.Date `json:"date"`
	URL     string     `json:"url,omitempty"` // of the office's pages
	Seal    string     `json:"seal"`
	Code    string     `json:"code"`
}

// address returns what a QR holds: the place to ask about a code, or the
// code alone where the office has no public pages. It is in capitals, which
// a QR packs tightly.
func (s *Stamp) address(code string) string {
	if s.URL == "" {
		return code
	}
	return strings.ToUpper(strings.TrimSuffix(s.URL, "/")) + checkPath + code
}

// record is what travels in the PDF.
type record struct {
	Stamp Stamp  `json:"stamp"`
	Paper *Paper `json:"paper"`
}

// recordName is the attachment's name.
const recordName = "dokumen.json"

func (r record) bytes() ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	return b, nil
}
