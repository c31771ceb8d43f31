// Command derive makes the region data of package region from releases of
// the npm package idn-area-data. It is run by hand, when a new release is
// taken over:
//
//	for v in 2.2.0 3.0.1 3.1.2 4.0.1; do
//		npm pack idn-area-data@$v
//		mkdir $v && tar xzf idn-area-data-$v.tgz -C $v
//	done
//	go run ./internal/region/derive -new 4.0.1/package \
//		-old 3.1.2/package -old 3.0.1/package -old 2.2.0/package \
//		-out internal/region/data/kemendagri
//
// The same releases give the same files, byte for byte with the same Go. What
// it writes is data under the Open Database License: see ATTRIBUTION.md in
// the folder it writes to.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// folders is a flag that may be given several times.
type folders []string

func (f *folders) String() string     { return fmt.Sprint(*f) }
func (f *folders) Set(s string) error { *f = append(*f, s); return nil }

func main() {
	var old folders
	newest := flag.String("new", "", "folder of the unpacked release to take over")
	flag.Var(&old, "old", "folder of an earlier release, the latest first; may be repeated")
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	if err := run(*newest, old, *out); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

func run(newest string, old []string, out string) error {
	if newest == "" || len(old) == 0 || out == "" {
		return errors.New("-new, -old and -out are all needed")
	}
	now, err := read(newest)
	if err != nil {
		return err
	}
	var earlier []release
	var versions []string
	for _, dir := range old {
		r, err := read(dir)
		if err != nil {
			return err
		}
		v, err := version(dir)
		if err != nil {
			return err
		}
		earlier, versions = append(earlier, r), append(versions, v)
	}
	regions, err := pack(now)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"regions.tsv.gz": regions,
		"retired.csv":    table([]string{"code", "name", "successor", "last"}, retired(now, earlier, versions)),
		"former.csv":     table([]string{"code", "former_name"}, renamed(now, earlier)),
	} {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pack returns a release as gzipped lines "code TAB name", sorted by code, so
// that every region stands before its parts.
func pack(r release) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	for _, code := range r.codes() {
		if _, err := fmt.Fprintf(z, "%s\t%s\n", code, r[code]); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return b.Bytes(), err
}

func table(head []string, rows [][]string) []byte {
	slices.SortFunc(rows, slices.Compare[[]string])
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(append([][]string{head}, rows...)) // a Buffer does not fail
	return b.Bytes()
}
