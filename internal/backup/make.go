package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/intact"
	"gotong/internal/run"
	"gotong/internal/seal"
)

// Source is an installation to be copied.
type Source struct {
	Dir  string // its data folder
	Head Manifest
	// Files are those of the database, which lie beside the others or come
	// from elsewhere; Copy puts them into a folder as of one moment.
	Files []string
	Copy  func(ctx context.Context, dir string, progress func(done, of int64)) error
	Sign  func(message []byte) []byte
}

// Make copies an installation into the folder out, which must not be there
// yet. All is written beside it, and moved into its place when it is whole and
// on the disk: a copy that is cut off is never taken for one. On an error
// nothing is left of it.
func (s Source) Make(ctx context.Context, out string, p run.Progress) (m *Manifest, err error) {
	part, err := s.begin(out)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fault.Disk(err), os.RemoveAll(part))
		}
	}()
	m = &s.Head
	m.Format, m.Files = format, nil
	c := copier{from: s.Dir, to: part, progress: p, made: map[string]bool{}}
	// The signed heads of the log come before the database: none of them is
	// then newer than the log in it.
	if err := c.file(ctx, path.Join("audit", "checkpoints.jsonl")); err != nil {
		return nil, err
	}
	if err := s.database(ctx, &c); err != nil {
		return nil, err
	}
	if err := c.rest(ctx); err != nil {
		return nil, err
	}
	m.Files = c.files
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	if err := s.settle(m, part, out); err != nil {
		return nil, err
	}
	return m, nil
}

// unfinished ends the name of a folder that a copy is made in, and begun marks
// such a folder as one.
const (
	unfinished = ".part"
	begun      = ".begun"
)

// begin makes the folder that the copy is made in. What a copy that was cut
// off left there is taken away.
func (s Source) begin(out string) (part string, err error) {
	if out, err = filepath.Abs(out); err != nil {
		return "", err
	}
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(dir, out); err == nil && filepath.IsLocal(rel) {
		return "", fault.Invalid("backup.inside", "folder", out)
	}
	if _, err := os.Lstat(out); err == nil {
		return "", fault.Conflict("backup.exists", "folder", out)
	}
	part = out + unfinished
	if _, err := os.Stat(filepath.Join(part, begun)); err == nil {
		if err := os.RemoveAll(part); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		return "", fault.Disk(err)
	}
	if err := os.Mkdir(part, 0o700); errors.Is(err, fs.ErrExist) {
		return "", fault.Conflict("backup.exists", "folder", part)
	} else if err != nil {
		return "", fault.Disk(err)
	}
	if err := os.WriteFile(filepath.Join(part, begun), nil, 0o600); err != nil {
		return "", errors.Join(fault.Disk(err), os.RemoveAll(part))
	}
	return part, nil
}

// database has the database copied, and reads what came.
func (s Source) database(ctx context.Context, c *copier) error {
	const unit = 1 << 20
	c.progress.Stage("backup_database", 0)
	told := int64(0)
	err := s.Copy(ctx, c.to, func(done, of int64) {
		if n := done / unit; n > told {
			c.progress.Add("", n-told)
			told = n
		}
	})
	if err != nil {
		return err
	}
	for _, name := range s.Files {
		f, err := digest(ctx, c.to, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		c.files = append(c.files, f)
	}
	return nil
}

// settle writes the manifest and puts the copy in its place.
func (s Source) settle(m *Manifest, part, out string) error {
	message, err := m.Message()
	if err != nil {
		return err
	}
	m.Seal = s.Sign(message)
	b, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(part, begun)); err != nil {
		return err
	}
	if err := intact.Keep(filepath.Join(part, manifestFile), append(b, '\n'), nil); err != nil {
		return err
	}
	if err := os.Rename(part, out); err != nil {
		return err
	}
	return intact.SyncFolder(filepath.Dir(out))
}

// stays reports whether a file or folder stays behind: keys that open the
// copy; what stands for a bank, or belongs to a demo; settings, which are the
// machine's and can hold the master key; what is being written or read from at
// this moment; and the database, which is copied by its engine.
func stays(name string) bool {
	base := path.Base(name)
	top, below, _ := strings.Cut(name, "/")
	switch {
	case top == "keys":
		return below != "" && below != seal.Kept
	case below == "" && (strings.HasPrefix(name, "gotong.db") || strings.HasPrefix(name, "aside.db") || name == "gotong.yaml"):
		return true
	case slices.Contains([]string{"bank", "post", "demo", "spill", Restoring}, top):
		return true
	}
	return strings.HasPrefix(base, "building-") || strings.HasSuffix(base, ".part") || strings.HasPrefix(base, ".") && strings.HasSuffix(base, ".tmp")
}

// copier copies files and remembers what they were.
type copier struct {
	from, to string
	progress run.Progress
	files    []File
	made     map[string]bool
}

// rest copies all that belongs with the database.
func (c *copier) rest(ctx context.Context) error {
	c.progress.Stage("backup_files", 0)
	return filepath.WalkDir(c.from, func(place string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it went meanwhile
			return nil
		}
		if err != nil || place == c.from {
			return err
		}
		rel, err := filepath.Rel(c.from, place)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case stays(name) && e.IsDir():
			return fs.SkipDir
		case stays(name), e.IsDir(), c.made[name]:
			return nil
		case !e.Type().IsRegular():
			return fault.Invalid("backup.odd_file", "file", name)
		}
		return c.file(ctx, name)
	})
}

// file copies one file; one that is not there is left out.
func (c *copier) file(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := transfer(ctx, filepath.Join(c.from, filepath.FromSlash(name)), filepath.Join(c.to, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f.Name = name
	c.files, c.made[name] = append(c.files, f), true
	c.progress.Add("", 1)
	return nil
}

// transfer copies a file, has it on the disk, and says what was copied.
func transfer(ctx context.Context, from, to string) (f File, err error) {
	in, err := os.Open(from)
	if err != nil {
		return f, err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return f, err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return f, err
	}
	h := sha256.New()
	f.Size, err = io.Copy(io.MultiWriter(out, h), wanted{ctx, in})
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return f, err
	}
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	return f, nil
}

// digest says what a file is.
func digest(ctx context.Context, dir, name string) (f File, err error) {
	in, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return f, err
	}
	defer in.Close()
	h := sha256.New()
	if f.Size, err = io.Copy(h, wanted{ctx, in}); err != nil {
		return f, err
	}
	f.Name, f.SHA256 = name, hex.EncodeToString(h.Sum(nil))
	return f, nil
}

// wanted reads for as long as somebody wants it.
type wanted struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (w wanted) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.in.Read(b)
}
