package generator

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gotong/internal/civil"
)

// OfficeHeading is the heading of another office's list.
var OfficeHeading = []string{"No", "NIK", "Nama Lengkap", "Tgl Lahir", "JK", "Kode Wilayah"}

// officeStream keeps the draws for other offices' lists apart.
const officeStream = 0x6b616e746f720000 // "kantor"

// How another office has people down: parts of its entries whose NIK is
// missing or has a slip, and whose birth date has one.
const (
	officeNoNIK   = .25
	officeNIKSlip = .08
	officeDaySlip = .08
)

// officeNames are the ways in which it writes names, each as likely.
var officeNames = []string{"same", "same", "same", "same", "spelling", "spelling", "letter", "shortened", "title", "title"}

// WriteOfficeList writes how another office has the people of a truth file
// down, such as truth/civil_servants.csv of a generated district: as offices
// do, with names spelt otherwise, numbers missing and days mistaken. Among
// them are as many people who are nobody's: the name of one person with the
// birth date of another. It returns, entry by entry, the row in anggota.csv of
// whom it is; 0 for nobody's.
func WriteOfficeList(dir, truth string, seed uint64, out io.Writer) ([]int, error) {
	wanted, err := truthRows(filepath.Join(dir, "truth", truth))
	if err != nil {
		return nil, err
	}
	people, err := officePeople(dir, wanted)
	if err != nil {
		return nil, err
	}
	o := office{dice: newDice(), w: csv.NewWriter(out)}
	if err := o.w.Write(OfficeHeading); err != nil {
		return nil, err
	}
	for i, p := range people {
		o.dice.reset(seed, officeStream, uint64(p.row))
		err := o.write(p)
		if other := people[(i+len(people)/2)%len(people)]; err == nil && other.row != p.row {
			nobody := officePerson{name: p.name, born: other.born, sex: p.sex, district: other.district}
			err = o.write(nobody)
		}
		if err != nil {
			return nil, err
		}
	}
	o.w.Flush()
	return o.rows, o.w.Error()
}

type officePerson struct {
	row                 int
	nik, name, district string
	sex                 string
	born                civil.Date
}

type office struct {
	dice *dice
	w    *csv.Writer
	rows []int
}

func (o *office) write(p officePerson) error {
	name, _ := slipName(o.dice, p.name, one(o.dice, officeNames))
	number := p.nik
	switch x := o.dice.Float64(); {
	case x < officeNoNIK:
		number = ""
	case x < officeNoNIK+officeNIKSlip && len(number) > 4:
		b := []byte(number)
		i := o.dice.between(6, len(b)-2)
		b[i], b[i+1] = b[i+1], b[i]
		number = string(b)
	}
	born := p.born
	if o.dice.chance(officeDaySlip) {
		born = otherDay(o.dice, born)
	}
	y, m, d := born.YMD()
	o.rows = append(o.rows, p.row)
	return o.w.Write([]string{strconv.Itoa(len(o.rows)), number, strings.ToUpper(name), fmt.Sprintf("%02d-%02d-%04d", d, int(m), y), p.sex, p.district})
}

// truthRows returns the rows in anggota.csv that a truth file names.
func truthRows(path string) (map[int]bool, error) {
	rows := map[int]bool{}
	err := eachLine(path, func(_ int, at func(string) string) error {
		row, err := strconv.Atoi(at("baris"))
		rows[row] = true
		return err
	})
	return rows, err
}

// districtDigits is how many digits of an area code name a district.
const districtDigits = 6

func officePeople(dir string, wanted map[int]bool) ([]officePerson, error) {
	var people []officePerson
	err := eachLine(filepath.Join(dir, PersonsFile), func(row int, at func(string) string) error {
		if !wanted[row] {
			return nil
		}
		p := officePerson{row: row, nik: at("nik"), name: at("nama"), sex: at("jenis_kelamin"), district: at("id_keluarga")[:districtDigits]}
		var err error
		p.born, err = civil.Parse(at("tanggal_lahir"))
		if err == nil {
			people = append(people, p)
		}
		return nil
	})
	return people, err
}

// eachLine calls fn for each row of a CSV file, by number, with its cells by
// heading.
func eachLine(path string, fn func(row int, at func(heading string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("generator: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	heading, err := r.Read()
	columns := map[string]int{}
	for i, name := range heading {
		columns[strings.Clone(name)] = i
	}
	for row := 2; err == nil; row++ {
		var cells []string
		if cells, err = r.Read(); err == nil {
			err = fn(row, func(heading string) string { return strings.Clone(cells[columns[heading]]) })
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("generator: %s: %w", path, err)
}
