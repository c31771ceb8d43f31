package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"gotong/internal/fault"
	"gotong/internal/registry/sheet"
)

// File is one file of an import, which is read in pieces.
type File struct {
	Name string
	Data io.ReaderAt
	Size int64 // bytes
}

// NewFile returns a file that lies in memory.
func NewFile(name string, data []byte) File {
	return File{Name: name, Data: bytes.NewReader(data), Size: int64(len(data))}
}

// weight is about how large the file would be as CSV, in bytes.
func (f File) weight() int64 {
	const packed = 8 // workbooks and Parquet
	var head [4]byte
	if f.Data == nil {
		return 0
	}
	if _, err := f.Data.ReadAt(head[:], 0); err == nil && (string(head[:]) == "PAR1" || sheet.IsWorkbook(f.Data)) {
		return f.Size * packed
	}
	return f.Size
}

// Files are the two files of an import. A workbook can be both, with a sheet
// for each.
type Files struct{ Family, Member File }

// each yields both in the order in which their problems are told.
func (f Files) each() iter.Seq2[FileKind, File] {
	return func(yield func(FileKind, File) bool) {
		_ = yield(FamilyFile, f.Family) && yield(MemberFile, f.Member)
	}
}

// oneBook reports whether both are the same workbook.
func (f Files) oneBook() bool {
	return f.Family.Name == f.Member.Name && f.Family.Size == f.Member.Size && IsWorkbook(f.Family)
}

// Digest returns the SHA-256 of both files, and of the mapping by which they
// are read.
func (f Files) Digest(m *Mapping) ([]byte, error) {
	h := sha256.New()
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(f.Family.Size))
	h.Write(length[:])
	for _, file := range []File{f.Family, f.Member} {
		if _, err := io.Copy(h, io.NewSectionReader(file.Data, 0, file.Size)); err != nil {
			return nil, fmt.Errorf("registry: reading %s: %w", file.Name, err)
		}
	}
	if m != nil {
		b, err := json.Marshal([]any{m.Family, m.Member}) // maps in order of their keys
		if err != nil {
			return nil, err
		}
		h.Write(b)
	}
	return h.Sum(nil), nil
}

// IsWorkbook reports whether a file is a workbook, which can be both files of
// an import.
func IsWorkbook(f File) bool { return f.Data != nil && sheet.IsWorkbook(f.Data) }

// MayBeBoth reports whether a file stands for both files of an import: a
// workbook, be it one of an old kind, which is then refused as that.
func MayBeBoth(f File) bool {
	return IsWorkbook(f) || f.Data != nil && sheet.IsOldWorkbook(f.Data)
}

// OpenFiles opens the two files of an import on disk, or a workbook that is
// both (member is ""). Close closes them.
func OpenFiles(family, member string) (files Files, close func(), err error) {
	var open []*os.File
	close = func() {
		for _, f := range open {
			_ = f.Close() // only read
		}
	}
	for _, x := range []struct {
		path string
		into *File
	}{{family, &files.Family}, {member, &files.Member}} {
		if x.path == "" {
			continue
		}
		f, err := os.Open(x.path)
		if err == nil {
			open = append(open, f)
			var info os.FileInfo
			if info, err = f.Stat(); err == nil && info.IsDir() {
				err = errors.New("a folder")
			}
			if err == nil {
				*x.into = File{filepath.Base(x.path), f, info.Size()}
			}
		}
		if err != nil {
			close()
			return Files{}, nil, fault.Invalid("registry.import.unreadable", "file", x.path).Because(err)
		}
	}
	if member == "" {
		files.Member = files.Family
	}
	return files, close, nil
}
