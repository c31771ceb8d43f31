package registrydb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

const importColumns = "id, digest, family_file, member_file, imported_by, at, counts, problems"

func scanImports(rows *sql.Rows, err error) ([]registry.ImportFile, error) {
	var all []registry.ImportFile
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var f registry.ImportFile
		var at int64
		var counts sql.RawBytes
		if err := rows.Scan(&f.ID, &f.Digest, &f.FamilyFile, &f.MemberFile, &f.By, &at, &counts, &f.Problems); err != nil {
			return err
		}
		f.At = instant(at)
		if err := json.Unmarshal(counts, &f.Counts); err != nil {
			return err
		}
		all = append(all, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: imports: %w", err)
	}
	return all, nil
}

func oneImport(rows *sql.Rows, err error) (*registry.ImportFile, error) {
	all, err := scanImports(rows, err)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.NotFound("registry.import.not_found")
	}
	return &all[0], nil
}

// ImportOf returns the newest import of a digest.
func (s *Store) ImportOf(ctx context.Context, digest []byte) (*registry.ImportFile, error) {
	return oneImport(db.From(ctx).Query(ctx, "SELECT "+importColumns+" FROM import_file WHERE digest = $1 ORDER BY id DESC LIMIT 1", digest))
}

// Import returns an import by id.
func (s *Store) Import(ctx context.Context, id ident.ID) (*registry.ImportFile, error) {
	return oneImport(db.From(ctx).Query(ctx, "SELECT "+importColumns+" FROM import_file WHERE id = $1", id))
}

// Imports returns the newest imports by somebody, or by all, newest first.
func (s *Store) Imports(ctx context.Context, by string, limit int) ([]registry.ImportFile, error) {
	return scanImports(db.From(ctx).Query(ctx, `SELECT id, digest, family_file, member_file, imported_by, at, counts, NULL
		FROM import_file WHERE imported_by = $1 OR $1 = '' ORDER BY id DESC LIMIT $2`, by, limit))
}

// KeepImport records an import.
func (s *Store) KeepImport(ctx context.Context, f *registry.ImportFile) error {
	counts, err := json.Marshal(f.Counts)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO import_file (id, digest, family_file, member_file, imported_by, at, counts, problems)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		f.ID, f.Digest, f.FamilyFile, f.MemberFile, f.By, f.At.UnixMilli(), string(counts), blob(f.Problems))
	if err != nil {
		return fmt.Errorf("registrydb: recording an import: %w", err)
	}
	return nil
}

// KeepUpload begins to keep an upload, or notes what became known of it.
func (s *Store) KeepUpload(ctx context.Context, u *registry.Upload) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO import_upload (id, uploaded_by, family_file, member_file, family_size, member_size, mapping, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET family_file = excluded.family_file, member_file = excluded.member_file,
			family_size = excluded.family_size, member_size = excluded.member_size, mapping = excluded.mapping`,
		u.ID, u.By, u.FamilyFile, u.MemberFile, u.FamilySize, u.MemberSize, u.Mapping, u.ExpiresAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("registrydb: keeping an upload: %w", err)
	}
	return nil
}

// KeepUploadPart keeps a sealed piece of an upload.
func (s *Store) KeepUploadPart(ctx context.Context, id ident.ID, p registry.UploadPart) error {
	_, err := db.From(ctx).Exec(ctx, "INSERT INTO import_upload_part (upload_id, member, no, sealed) VALUES ($1, $2, $3, $4)",
		id, db.Flag(p.Member), p.No, p.Sealed)
	if err != nil {
		return fmt.Errorf("registrydb: keeping an upload: %w", err)
	}
	return nil
}

// UploadPart returns a sealed piece of an upload.
func (s *Store) UploadPart(ctx context.Context, id ident.ID, member bool, no int) ([]byte, error) {
	var sealed []byte
	err := db.From(ctx).QueryRow(ctx, "SELECT sealed FROM import_upload_part WHERE upload_id = $1 AND member = $2 AND no = $3",
		id, db.Flag(member), no).Scan(&sealed)
	return sealed, db.NoRows(err, "registry.import.upload_gone")
}

// KeepCheck keeps the sealed report of a check with its upload.
func (s *Store) KeepCheck(ctx context.Context, id ident.ID, report []byte) error {
	_, err := db.From(ctx).Exec(ctx, "UPDATE import_upload SET report = $1 WHERE id = $2", report, id)
	if err != nil {
		return fmt.Errorf("registrydb: keeping a check: %w", err)
	}
	return nil
}

// Upload returns what was kept for a member of staff.
func (s *Store) Upload(ctx context.Context, id ident.ID, by string) (*registry.Upload, error) {
	u := &registry.Upload{ID: id, By: by}
	var expires int64
	err := db.From(ctx).QueryRow(ctx, "SELECT family_file, member_file, family_size, member_size, mapping, expires_at, report FROM import_upload WHERE id = $1 AND uploaded_by = $2",
		id, by).Scan(&u.FamilyFile, &u.MemberFile, &u.FamilySize, &u.MemberSize, &u.Mapping, &expires, &u.Report)
	if err != nil {
		return nil, db.NoRows(err, "registry.import.upload_gone")
	}
	u.ExpiresAt = instant(expires)
	return u, nil
}

// DropUploads removes an upload, and all that expired.
func (s *Store) DropUploads(ctx context.Context, id ident.ID, now time.Time) error {
	for _, query := range []string{
		"DELETE FROM import_upload_part WHERE upload_id IN (SELECT id FROM import_upload WHERE id = $1 OR expires_at < $2)",
		"DELETE FROM import_upload WHERE id = $1 OR expires_at < $2",
	} {
		if _, err := db.From(ctx).Exec(ctx, query, id, now.UnixMilli()); err != nil {
			return fmt.Errorf("registrydb: removing uploads: %w", err)
		}
	}
	return nil
}
