package region

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func reload() error {
	files, err := fs.Sub(embedded, "data")
	if err == nil {
		_, err = Load(files)
	}
	return err
}

// small is a data folder of one village, which a case then spoils.
func small(regions string) fstest.MapFS {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(regions)) // a Buffer does not fail
	_ = z.Close()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"kemendagri/regions.tsv.gz": {Data: b.Bytes()},
		"kemendagri/retired.csv":    file("code,name,successor,last\n9201,Sorong,3172,3.1.2\n"),
		"kemendagri/former.csv":     file("code,former_name\n3172,Batavia\n"),
		"aliases.yaml":              file("short: {\"31\": DKI}\n"),
		"tiles.yaml":                file("\"31\": [0, 0]\n"),
	}
}

const sound = "31\tJakarta\n3172\tKota Jakarta Utara\n317204\tCilincing\n3172041004\tKalibaru\n"

func TestLoad(t *testing.T) {
	a, err := Load(small(sound))
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Path(kalibaru, "/"); got != "Kalibaru/Cilincing/Kota Jakarta Utara/DKI" {
		t.Error(got)
	}
}

func TestLoadRefuses(t *testing.T) {
	cases := []struct{ name, regions, file, content, want string }{
		{name: "orphan", regions: "31\tJakarta\n317204\tCilincing\n", want: "line 2: 317204 does not follow its parent"},
		{name: "another's child", regions: "31\tJakarta\n3172\tUtara\n317301\tX\n", want: "does not follow its parent"},
		{name: "out of order", regions: "31\tJakarta\n3173\tBarat\n3172\tUtara\n", want: "line 3: 3172 is out of order"},
		{name: "twice", regions: "31\tJakarta\n31\tJakarta\n", want: "out of order"},
		{name: "no name", regions: "31\t\n", want: "not a code and a name"},
		{name: "odd code", regions: "311\tX\n", want: "not a code and a name"},
		{name: "not gzip", file: "kemendagri/regions.tsv.gz", content: "31", want: "regions.tsv.gz"},
		{name: "retired in use", file: "kemendagri/retired.csv", content: "code,name,successor,last\n3172,X,,2.2.0\n", want: "line 2: 3172 is in use"},
		{name: "successor lost", file: "kemendagri/retired.csv", content: "code,name,successor,last\n9201,X,9601,2.2.0\n", want: "9601 does not exist"},
		{name: "no release", file: "kemendagri/retired.csv", content: "code,name,successor,last\n9201,X,,\n", want: "9201: which release had it last?"},
		{name: "columns", file: "kemendagri/retired.csv", content: "code,name\n", want: "wrong number of fields"},
		{name: "former name of nobody", file: "kemendagri/former.csv", content: "code,former_name\n99,X\n", want: "99 (X) does not exist"},
		{name: "alias of nobody", file: "aliases.yaml", content: "aliases: {\"99\": [X]}", want: "99 (X) does not exist"},
		{name: "moved nowhere", file: "aliases.yaml", content: "moved: {\"9101\": {name: X, to: \"9301\"}}", want: "9301 does not exist"},
		{name: "not yaml", file: "aliases.yaml", content: "{", want: "aliases.yaml"},
		{name: "no tile", file: "tiles.yaml", content: "{}", want: "0 places for 1 provinces"},
		{name: "tile of a regency", file: "tiles.yaml", content: "\"3172\": [0, 0]", want: "3172 is not a province"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := small(sound)
			if c.regions != "" {
				files = small(c.regions)
			}
			if c.file != "" {
				files[c.file] = &fstest.MapFile{Data: []byte(c.content)}
			}
			if _, err := Load(files); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
