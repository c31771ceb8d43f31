package roster

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/registry/sheet"
)

// usual are the headings by which offices call a role, without blanks and
// signs, the likelier ones first.
var usual = []struct {
	role     Role
	headings []string
}{
	{Identifier, []string{"nik", "nonik", "nomornik", "nomorindukkependudukan", "noktp", "nationalid"}},
	{Name, []string{"nama", "namalengkap", "namapegawai", "namapeserta", "namapenduduk", "namalgkp", "namalgkppenduduk", "namapenerima", "name", "fullname"}},
	{Born, []string{"tanggallahir", "tgllahir", "lahir", "tgllhr", "tgllahirpeserta", "tglhlahir", "dateofbirth", "birthdate", "dob"}},
	{Sex, []string{"jeniskelamin", "jk", "kelamin", "jenisklmin", "jnskelamin", "lp", "sex", "gender"}},
	{Mother, []string{"namaibu", "ibu", "namaibukandung", "ibukandung", "namalgkpibu", "nmibu", "mother", "mothersname"}},
	{Address, []string{"alamat", "alamatrumah", "alamatktp", "address"}},
	{Area, []string{"kodewilayah", "kodedesa", "kodekelurahan", "kddesa"}},
	{On, []string{"tanggalmeninggal", "tglmeninggal", "tanggalkematian", "tglkematian", "tglmati", "tanggalmati", "tglmeninggaldunia", "tmt", "tanggalkejadian", "dateofdeath"}},
}

// Guess returns the mapping of a list by its heading, for lists whose columns
// are called as they usually are. It returns fault.Invalid, which names the
// columns, where none tells a name or a number.
func Guess(file string, in io.Reader) (Mapping, error) {
	s, err := newScanner(filepath.Base(file), in)
	if err != nil {
		return nil, err
	}
	var rec sheet.Record
	if _, err := s.next(&rec); err != nil {
		return nil, err
	}
	m := Mapping{}
	for _, u := range usual {
		for _, want := range u.headings {
			at := slices.IndexFunc(rec.Fields, func(heading string) bool { return letters(heading) == want })
			if at >= 0 {
				m[u.role] = strings.TrimSpace(rec.Fields[at])
				break
			}
		}
	}
	if m[Name] == "" && m[Identifier] == "" {
		return nil, fault.Invalid("linkage.list.guess", "file", filepath.Base(file), "columns", strings.Join(rec.Fields, ", "))
	}
	return m, nil
}

// letters returns the letters and digits of a heading, in lower case.
func letters(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, heading)
}

// Texts writes a mapping as ParseMapping reads it, in the order of the roles.
func (m Mapping) Texts() []string {
	var texts []string
	for _, r := range Roles {
		if m[r] != "" {
			texts = append(texts, string(r)+"="+m[r])
		}
	}
	return texts
}
