package bank

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"time"
)

// Filled returns the sheet as a payer brings it back: a package with what was
// found of each line, and the pictures that show it. A line without a result
// is left as it is. It is what the payer's own device writes; the demo and
// tests pay by it.
func (s *Sheet) Filled(found func(n int, l SheetLine) (result string, shown *Proof)) ([]byte, error) {
	rows := s.rows()
	pictures := map[string][]byte{}
	var names []string
	keep := func(name string, b []byte) string {
		if b == nil {
			return ""
		}
		if http.DetectContentType(b) == "image/png" {
			name += ".png"
		} else {
			name += ".jpg"
		}
		pictures[name] = b
		names = append(names, name)
		return name
	}
	for i, l := range s.Lines {
		result, shown := found(i, l)
		row := rows[i+1]
		if row[atResult] = result; shown == nil {
			continue
		}
		row[atTime], row[atLat], row[atLon] = shown.At.Format(time.RFC3339), shown.Lat, shown.Lon
		row[atPhoto] = keep(fmt.Sprintf("foto/%03d", i+1), shown.Photo)
		row[atSignature] = keep(fmt.Sprintf("ttd/%03d", i+1), shown.Signature)
	}
	var table, out bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("bank: %w", err)
	}
	z := zip.NewWriter(&out)
	add := func(name string, b []byte) error {
		to, err := z.CreateHeader(&zip.FileHeader{Name: name})
		if err == nil {
			_, err = to.Write(b)
		}
		return err
	}
	err := add(sheetName+".csv", table.Bytes())
	for _, name := range names {
		if err == nil {
			err = add(name, pictures[name])
		}
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("bank: filling a sheet in: %w", err)
	}
	return out.Bytes(), nil
}
