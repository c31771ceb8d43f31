package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// uploadKept is how long an upload waits for its import.
const uploadKept = 24 * time.Hour

// UploadMost bounds the size of both uploaded files together, in bytes: they
// lie in the database until they are imported. The command line has no bound.
const UploadMost = 4 << 30

const (
	uploadPiece = 1 << 20 // bytes sealed together
	labelUpload = "import.upload"
)

// Receiver takes in uploaded files as they come. Nothing of them is held but
// one piece, and what is kept is sealed.
type Receiver struct {
	s      *Service
	upload Upload
	size   int64
	book   bool // the families' file is a workbook
}

// Receive begins an upload by the acting member of staff.
func (s *Service) Receive(ctx context.Context) (*Receiver, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return nil, err
	}
	return s.receive(ctx, actor)
}

func (s *Service) receive(ctx context.Context, actor access.Actor) (*Receiver, error) {
	now := s.clock.Now()
	r := &Receiver{s: s, upload: Upload{ID: s.ids.New(), By: actor.Login, ExpiresAt: now.Add(uploadKept)}}
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.DropUploads(ctx, r.upload.ID, now); err != nil {
			return err
		}
		return s.store.KeepUpload(ctx, &r.upload)
	})
	if err != nil {
		return nil, fmt.Errorf("registry: beginning an upload: %w", err)
	}
	return r, nil
}

// Take takes in one of the files. It returns fault.Invalid when both are more
// than UploadMost, and the error of from as it is.
func (r *Receiver) Take(ctx context.Context, kind FileKind, name string, from io.Reader) error {
	piece := make([]byte, uploadPiece)
	var size int64
	for no := 0; ; no++ {
		n, err := io.ReadFull(from, piece)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return err
		}
		if r.size += int64(n); r.size > UploadMost {
			return fault.Invalid("registry.import.too_large", "most", UploadMost>>20)
		}
		size += int64(n)
		if no == 0 && kind == FamilyFile {
			r.book = bytes.HasPrefix(piece[:n], []byte("PK"))
		}
		if n > 0 {
			p := UploadPart{Member: kind == MemberFile, No: no, Sealed: r.s.keys.Seal(labelUpload, string(piece[:n]))}
			err := r.s.unit.Write(ctx, func(ctx context.Context) error { return r.s.store.KeepUploadPart(ctx, r.upload.ID, p) })
			if err != nil {
				return fmt.Errorf("registry: keeping an upload: %w", err)
			}
		}
		if ended {
			break
		}
	}
	if kind == MemberFile {
		r.upload.MemberFile, r.upload.MemberSize = name, size
	} else {
		r.upload.FamilyFile, r.upload.FamilySize = name, size
	}
	return nil
}

// Has reports whether a file was taken in and is not empty.
func (r *Receiver) Has(kind FileKind) bool {
	if kind == MemberFile {
		return r.upload.MemberSize > 0
	}
	return r.upload.FamilySize > 0
}

// Workbook reports whether the families' file is a workbook, which may hold
// the members as well.
func (r *Receiver) Workbook() bool { return r.book }

// Drop forgets what was taken in.
func (r *Receiver) Drop(ctx context.Context) error {
	return r.s.unit.Write(ctx, func(ctx context.Context) error {
		return r.s.store.DropUploads(ctx, r.upload.ID, r.s.clock.Now())
	})
}

// End ends the upload and returns the id by which the same member of staff
// checks and imports it.
func (r *Receiver) End(ctx context.Context) (ident.ID, error) {
	err := r.s.unit.Write(ctx, func(ctx context.Context) error { return r.s.store.KeepUpload(ctx, &r.upload) })
	if err != nil {
		return ident.ID{}, fmt.Errorf("registry: ending an upload: %w", err)
	}
	return r.upload.ID, nil
}

// Upload keeps two files, sealed, until they are imported or a day has
// passed, and returns the id by which the same member of staff checks and
// imports them.
func (s *Service) Upload(ctx context.Context, files Files) (ident.ID, error) {
	r, err := s.Receive(ctx)
	if err != nil {
		return ident.ID{}, err
	}
	for kind, f := range map[FileKind]File{FamilyFile: files.Family, MemberFile: files.Member} {
		if f.Data == nil {
			continue
		}
		if err := r.Take(ctx, kind, f.Name, io.NewSectionReader(f.Data, 0, f.Size)); err != nil {
			return ident.ID{}, errors.Join(err, r.Drop(ctx))
		}
	}
	return r.End(ctx)
}

// upload returns an upload of the acting member of staff.
func (s *Service) upload(ctx context.Context, id ident.ID) (*Upload, error) {
	return s.uploadFor(ctx, id, access.Import)
}

func (s *Service) uploadFor(ctx context.Context, id ident.ID, may access.Permission) (*Upload, error) {
	actor, err := access.Require(ctx, may)
	if err != nil {
		return nil, err
	}
	var u *Upload
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		u, err = s.store.Upload(ctx, id, actor.Login)
		return err
	})
	if err == nil && s.clock.Now().After(u.ExpiresAt) {
		err = fault.NotFound("registry.import.upload_gone")
	}
	if err != nil {
		return nil, fmt.Errorf("registry: opening an upload: %w", err)
	}
	return u, nil
}

// Uploaded returns the files of an upload of the acting member of staff. It
// returns fault.NotFound when they are gone.
func (s *Service) Uploaded(ctx context.Context, id ident.ID) (Files, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return Files{}, err
	}
	return s.filesOf(ctx, u), nil
}

// filesOf returns files that are read from what was kept. A workbook alone is
// both files.
func (s *Service) filesOf(ctx context.Context, u *Upload) Files {
	files := Files{Family: File{u.FamilyFile, &kept{s: s, ctx: ctx, id: u.ID, size: u.FamilySize}, u.FamilySize},
		Member: File{u.MemberFile, &kept{s: s, ctx: ctx, id: u.ID, member: true, size: u.MemberSize}, u.MemberSize}}
	if u.MemberSize == 0 {
		files.Member = files.Family
	}
	return files
}

// kept reads a file that was taken in, piece by piece.
type kept struct {
	s      *Service
	ctx    context.Context //nolint:containedctx // of the one call that reads the file
	id     ident.ID
	member bool
	size   int64

	mu     sync.Mutex
	pieces [4]struct { // opened last
		no   int // from 1
		text string
	}
	next int
}

// ReadAt reads from the pieces.
func (k *kept) ReadAt(b []byte, off int64) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for n < len(b) {
		if off < 0 || off >= k.size {
			return n, io.EOF
		}
		piece, err := k.piece(int(off / uploadPiece))
		if err != nil {
			return n, err
		}
		at := int(off % uploadPiece)
		if at >= len(piece) {
			return n, io.ErrUnexpectedEOF
		}
		copied := copy(b[n:], piece[at:])
		n += copied
		off += int64(copied)
	}
	return n, nil
}

func (k *kept) piece(no int) (string, error) {
	for _, p := range k.pieces {
		if p.no == no+1 {
			return p.text, nil
		}
	}
	var sealed []byte
	err := k.s.unit.Read(k.ctx, func(ctx context.Context) error {
		var err error
		sealed, err = k.s.store.UploadPart(ctx, k.id, k.member, no)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("registry: reading an upload: %w", err)
	}
	text, err := k.s.keys.Open(labelUpload, sealed)
	if err != nil {
		return "", fmt.Errorf("registry: opening an upload: %w", err)
	}
	p := &k.pieces[k.next]
	p.no, p.text = no+1, text
	k.next = (k.next + 1) % len(k.pieces)
	return text, nil
}

// ImportUpload imports the files of an upload, or only checks them. The
// report of a check waits sealed with the upload, and so does that of an
// import that was held back; the upload is removed once it is in the register.
func (s *Service) ImportUpload(ctx context.Context, id ident.ID, o Options, p run.Progress) (*Report, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, err
	}
	if o.Mapping, err = readMapping(u.Mapping); err != nil {
		return nil, err
	}
	files := s.filesOf(ctx, u)
	r, imported := s.Import(ctx, files, o, p)
	if r == nil {
		return nil, imported
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if r.Written || r.Repeated {
			return s.store.DropUploads(ctx, id, s.clock.Now())
		}
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		return s.store.KeepCheck(ctx, id, s.keys.Seal(labelReport, string(b)))
	})
	if err != nil {
		return nil, fmt.Errorf("registry: ending an upload: %w", err)
	}
	return r, imported
}

const labelReport = "import.report"

// Checked returns the report of the last check of an upload, and whether
// there was one yet. It returns fault.NotFound when the upload is gone.
func (s *Service) Checked(ctx context.Context, id ident.ID) (r *Report, checked bool, err error) {
	u, err := s.upload(ctx, id)
	if err != nil || u.Report == nil {
		return nil, false, err
	}
	text, err := s.keys.Open(labelReport, u.Report)
	if err == nil {
		err = json.Unmarshal([]byte(text), &r)
	}
	if err != nil {
		return nil, false, fmt.Errorf("registry: opening a check: %w", err)
	}
	return r, true, nil
}

// Imports returns the newest imports, newest first: an officer's own, or
// everybody's for whoever acts for the whole nation.
func (s *Service) Imports(ctx context.Context, limit int) ([]ImportFile, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return nil, err
	}
	var list []ImportFile
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		by := actor.Login
		if actor.Scope.IsNation() {
			by = ""
		}
		var err error
		list, err = s.store.Imports(ctx, by, limit)
		return err
	})
	return list, err
}

func (f *ImportFile) visible(a access.Actor) bool { return f.By == a.Login || a.Scope.IsNation() }

// Imported returns one import with its problems, which say of rows of many
// families what is wrong: that look is recorded.
func (s *Service) Imported(ctx context.Context, id ident.ID) (*ImportFile, []Problem, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return nil, nil, err
	}
	var f *ImportFile
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		f, err = s.store.Import(ctx, id)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("registry: reading an import: %w", err)
	}
	if !f.visible(actor) {
		return nil, nil, fault.NotFound("registry.import.not_found")
	}
	problems, err := s.openProblems(f.Problems)
	if err != nil {
		return nil, nil, err
	}
	err = s.looked(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "import.problems", Area: actor.Scope.String(), Fields: []string{"problems"},
		Count: int64(len(problems)), Detail: id.String()})
	return f, problems, err
}
