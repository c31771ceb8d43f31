package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/upload"
	"gotong/internal/work"
)

// uploadKept is how long an upload waits for its import.
const uploadKept = 24 * time.Hour

// UploadMost bounds the size of both uploaded files together, in bytes: they
// lie in the database until they are imported. The command line has no bound.
const UploadMost = 4 << 30

const labelUpload = "import.upload"

// Receiver takes in uploaded files as they come. Nothing of them is held but
// one piece, and what is kept is sealed.
type Receiver struct {
	s      *Service
	upload Upload
	size   int64
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

// Take takes in one of the files, once. It returns fault.Invalid when both are
// more than UploadMost, and the error of from as it is.
func (r *Receiver) Take(ctx context.Context, kind FileKind, name string, from io.Reader) error {
	size, err := r.s.shelf(r.upload.ID, kind).Take(ctx, from, UploadMost-r.size)
	r.size += size
	switch {
	case errors.Is(err, upload.ErrTooLarge):
		return fault.Invalid("registry.import.too_large", "most", UploadMost>>20)
	case err != nil:
		return fmt.Errorf("registry: taking a file in: %w", err)
	case kind == MemberFile:
		r.upload.MemberFile, r.upload.MemberSize = name, size
	default:
		r.upload.FamilyFile, r.upload.FamilySize = name, size
	}
	return nil
}

// Taker takes the files of a form in, whose fields are called as their kinds.
func (r *Receiver) Taker(ctx context.Context) upload.Taker {
	return func(field, name string, file io.Reader) error { return r.Take(ctx, FileKind(field), name, file) }
}

// Missing returns the files that did not come, or are empty. A workbook may
// hold the families and the members.
func (r *Receiver) Missing(ctx context.Context) []FileKind {
	files := r.s.filesOf(ctx, &r.upload)
	switch {
	case files.Family.Size == 0 && r.upload.MemberSize == 0:
		return []FileKind{FamilyFile, MemberFile}
	case files.Family.Size == 0:
		return []FileKind{FamilyFile}
	case r.upload.MemberSize == 0 && !MayBeBoth(files.Family):
		return []FileKind{MemberFile}
	}
	return nil
}

// Drop forgets what was taken in, also for somebody who went away.
func (r *Receiver) Drop(ctx context.Context) error {
	return r.s.unit.Write(context.WithoutCancel(ctx), func(ctx context.Context) error {
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
	for kind, f := range files.each() {
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
	u, err := work.Read(ctx, s.unit, func(ctx context.Context) (*Upload, error) { return s.store.Upload(ctx, id, actor.Login) })
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
	files := Files{Family: File{u.FamilyFile, s.shelf(u.ID, FamilyFile).File(ctx, u.FamilySize), u.FamilySize},
		Member: File{u.MemberFile, s.shelf(u.ID, MemberFile).File(ctx, u.MemberSize), u.MemberSize}}
	if u.MemberSize == 0 {
		files.Member = files.Family
	}
	return files
}

// shelf is where one of the files of an upload lies.
func (s *Service) shelf(id ident.ID, kind FileKind) upload.Shelf {
	return upload.Shelf{Keys: s.keys, Label: labelUpload, Store: uploadPieces{s, id, kind == MemberFile}}
}

// uploadPieces are the pieces of one of the files of an upload.
type uploadPieces struct {
	s      *Service
	id     ident.ID
	member bool
}

// Keep implements upload.Store.
func (u uploadPieces) Keep(ctx context.Context, no int, sealed []byte) error {
	return u.s.unit.Write(ctx, func(ctx context.Context) error {
		return u.s.store.KeepUploadPart(ctx, u.id, UploadPart{Member: u.member, No: no, Sealed: sealed})
	})
}

// Piece implements upload.Store.
func (u uploadPieces) Piece(ctx context.Context, no int) ([]byte, error) {
	return work.Read(ctx, u.s.unit, func(ctx context.Context) ([]byte, error) { return u.s.store.UploadPart(ctx, u.id, u.member, no) })
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
	f, err := work.Read(ctx, s.unit, func(ctx context.Context) (*ImportFile, error) { return s.store.Import(ctx, id) })
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
