package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// uploadKept is how long an upload waits for its import.
const uploadKept = 24 * time.Hour

// UploadMost bounds the size of both uploaded files together, in bytes: they
// are held in memory while they are checked. The command line has no bound.
const UploadMost = 256 << 20

const (
	uploadPiece = 1 << 20 // bytes sealed together
	labelUpload = "import.upload"
)

// Upload keeps two files, sealed, until they are imported or a day has
// passed, and returns the id by which the same member of staff checks and
// imports them.
func (s *Service) Upload(ctx context.Context, files Files) (ident.ID, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return ident.ID{}, err
	}
	if len(files.Family.Data)+len(files.Member.Data) > UploadMost {
		return ident.ID{}, fault.Invalid("registry.import.too_large", "most", UploadMost>>20)
	}
	now := s.clock.Now()
	u := &Upload{ID: s.ids.New(), By: actor.Login, FamilyFile: files.Family.Name, MemberFile: files.Member.Name,
		ExpiresAt: now.Add(uploadKept)}
	s.seal(u, false, files.Family.Data)
	s.seal(u, true, files.Member.Data)
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.DropUploads(ctx, u.ID, now); err != nil {
			return err
		}
		return s.store.KeepUpload(ctx, u)
	})
	if err != nil {
		return ident.ID{}, fmt.Errorf("registry: keeping an upload: %w", err)
	}
	return u.ID, nil
}

func (s *Service) seal(u *Upload, member bool, data []byte) {
	for no := 0; len(data) > 0; no++ {
		n := min(uploadPiece, len(data))
		u.Parts = append(u.Parts, UploadPart{Member: member, No: no, Sealed: s.keys.Seal(labelUpload, string(data[:n]))})
		data = data[n:]
	}
}

// upload returns an upload of the acting member of staff.
func (s *Service) upload(ctx context.Context, id ident.ID) (*Upload, error) {
	actor, err := access.Require(ctx, access.Import)
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
	files := Files{Family: File{Name: u.FamilyFile}, Member: File{Name: u.MemberFile}}
	for _, part := range u.Parts {
		piece, err := s.keys.Open(labelUpload, part.Sealed)
		if err != nil {
			return Files{}, fmt.Errorf("registry: opening an upload: %w", err)
		}
		into := &files.Family.Data
		if part.Member {
			into = &files.Member.Data
		}
		*into = append(*into, piece...)
	}
	return files, nil
}

// ImportUpload imports the files of an upload, or only checks them. The
// report of a check waits sealed with the upload, and so does that of an
// import that was held back; the upload is removed once it is in the register.
func (s *Service) ImportUpload(ctx context.Context, id ident.ID, o Options, p run.Progress) (*Report, error) {
	files, err := s.Uploaded(ctx, id)
	if err != nil {
		return nil, err
	}
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

// Imported returns one import with its problems.
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
	return f, problems, err
}
