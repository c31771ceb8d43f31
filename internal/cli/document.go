package cli

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

func documentCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "document", Short: "Papers: issue, list, write, withdraw; and prove one without a database"}
	c.AddCommand(documentIssue(e), documentList(e), documentWrite(e), documentWithdraw(e), documentKey(e), documentVerify(e))
	return c
}

// issued is a paper for programs.
type issued struct {
	ID      ident.ID       `json:"id"`
	Kind    document.Kind  `json:"kind"`
	Number  string         `json:"number"`
	Version int            `json:"version"`
	State   document.State `json:"state"`
	Date    string         `json:"date"`
	Pages   int            `json:"pages"`
	Rows    int            `json:"rows"`
	Code    string         `json:"code"`
	Hash    string         `json:"hash"`
	File    string         `json:"file_sha256"`
}

func issuedOf(d *document.Document) issued {
	return issued{d.ID, d.Kind, d.Number, d.Version, d.State(), d.Date.String(), d.Pages, d.Rows, document.FormatCode(d.Code),
		hex.EncodeToString(d.Hash[:]), hex.EncodeToString(d.File[:])}
}

func (e *env) kindName(k document.Kind) string { return i18n.T(e.lang, "document.kind."+string(k)) }

func documentIssue(e *env) *cobra.Command {
	var area, lang, out string
	c := &cobra.Command{
		Use: "issue KIND SUBJECT", Short: "Issue a paper: sk DETERMINATION (or current); sptjm, nominatif or rekonsiliasi PAY-LIST; surat FAMILY; hapus ERASURE (ids; a pay list by number too)",
		Args:    cobra.ExactArgs(2),
		Example: "  gotong document issue nominatif PKH-2026-01-01 --data office --as bendahara --out daftar.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				r := document.Request{Kind: document.Kind(args[0]), Subject: args[1], Lang: i18n.ParseLang(lang)}
				var err error
				if area != "" {
					if r.Area, err = a.Atlas.Parse(area); err != nil {
						return err
					}
				}
				if r.Kind == document.Decree && r.Subject == "current" {
					h, err := a.Determinations.Current(ctx)
					if err != nil {
						return err
					}
					r.Subject = h.ID.String()
				}
				if _, err := ident.Parse(r.Subject); err != nil && r.Kind != document.Decree && r.Kind != document.Notice {
					l, err := a.Delivery.ByNumber(ctx, r.Subject)
					if err != nil {
						return err
					}
					r.Subject = l.ID.String()
				}
				d, err := a.Documents.Issue(ctx, r)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.document_issued", "kind", e.kindName(d.Kind), "number", d.Number, "version", d.Version,
					"pages", d.Pages, "code", document.FormatCode(d.Code)))
				if out != "" {
					if err := e.writeDocument(ctx, a, d.ID, out); err != nil {
						return err
					}
				}
				return e.result(issuedOf(d))
			})
		},
	}
	c.Flags().StringVar(&area, "area", "", "area code that a decree covers (default: all of your area)")
	c.Flags().StringVar(&lang, "paper-lang", "id", "language of the paper: id or en")
	c.Flags().StringVar(&out, "out", "", "write the PDF to this file")
	return c
}

// writeDocument writes a paper's PDF, or its sheets where the file's name
// ends in .xlsx.
func (e *env) writeDocument(ctx context.Context, a *app.App, id ident.ID, out string) error {
	read := a.Documents.File
	if filepath.Ext(out) == ".xlsx" {
		read = a.Documents.Sheets
	}
	_, b, err := read(ctx, id)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, b, 0o600); err != nil {
		return fault.Invalid("cli.unwritable", "file", out).Because(err)
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.document_written", "file", out))
	return nil
}

func documentList(e *env) *cobra.Command {
	var kind, state string
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List issued papers, newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				f := document.Filter{State: document.State(state), Limit: limit}
				if kind != "" {
					f.Kinds = []document.Kind{document.Kind(kind)}
				}
				all, total, err := a.Documents.List(ctx, f)
				if err != nil {
					return err
				}
				out := []issued{}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				for i := range all {
					d := &all[i]
					out = append(out, issuedOf(d))
					if !e.json {
						fmt.Fprintf(w, "%s\t%s\tv%d\t%s\t%s\t%s\n", d.ID, d.Number, d.Version, d.Date, e.kindName(d.Kind), i18n.T(e.lang, "document.state."+string(d.State())))
					}
				}
				if err := w.Flush(); err != nil {
					return err
				}
				return e.result(map[string]any{"documents": out, "total": total})
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", "", paperKinds())
	c.Flags().StringVar(&state, "state", "", "valid, superseded or withdrawn")
	c.Flags().IntVar(&limit, "limit", 100, "how many at most")
	return c
}

func documentWrite(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "write ID", Short: "Write an issued paper to a file as it was issued: .pdf, or .xlsx for its lists", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := e.writeDocument(ctx, a, id, out); err != nil {
					return err
				}
				return e.result(map[string]any{"id": id, "file": out})
			})
		},
	}
	c.Flags().StringVar(&out, "out", "dokumen.pdf", "file to write")
	return c
}

func documentWithdraw(e *env) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "withdraw ID", Short: "Declare a paper void; its number stays taken", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.Parse(args[0])
			if err != nil {
				return fault.Invalid("cli.bad_id", "value", args[0]).Because(err)
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := a.Documents.Withdraw(ctx, id, reason); err != nil {
					return err
				}
				d, err := a.Documents.Document(ctx, id)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.document_withdrawn", "number", d.Number))
				return e.result(issuedOf(d))
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why")
	return c
}

func documentKey(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "key", Short: "Write the office's public key, which proves its papers without a database", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(_ context.Context, a *app.App) error {
				text := document.KeyFile(a.Keys.Public())
				if out != "" {
					if err := os.WriteFile(out, text, 0o644); err != nil {
						return fault.Invalid("cli.unwritable", "file", out).Because(err)
					}
					e.printf("%s\n", i18n.T(e.lang, "cli.document_written", "file", out))
				} else {
					e.printf("%s\n%s", i18n.T(e.lang, "cli.document_key"), text)
				}
				return e.result(map[string]any{"public_key": hex.EncodeToString(a.Keys.Public())})
			})
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write")
	return c
}

func documentVerify(e *env) *cobra.Command {
	var key string
	c := &cobra.Command{
		Use: "verify FILE.pdf|CODE", Short: "Prove a paper by the office's public key alone: a PDF byte by byte, or the whole code that its QR holds",
		Args:    cobra.ExactArgs(1),
		Example: "  gotong document verify keputusan.pdf --key kantor.pub",
		RunE: func(_ *cobra.Command, args []string) error {
			public, err := readKey(key)
			if err != nil {
				return err
			}
			pdf, isFile, err := readPaper(args[0])
			if err != nil {
				return err
			}
			var proof *document.Proof
			if isFile {
				proof, err = document.ProveFile(pdf, public)
			} else {
				proof, err = document.ProveCode(args[0], public)
			}
			if err != nil {
				return err
			}
			return e.proved(proof, isFile)
		},
	}
	c.Flags().StringVar(&key, "key", "", "the office's public key")
	if err := c.MarkFlagRequired("key"); err != nil {
		panic(err)
	}
	return c
}

// readPaper returns a file, or says that the argument names none and is a
// code.
func readPaper(name string) ([]byte, bool, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) || err != nil && len(name) > 200 {
		return nil, false, nil
	}
	if err != nil {
		return nil, true, fault.Invalid("cli.unreadable", "file", name).Because(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, document.MostFile+1))
	if err != nil {
		return nil, true, fault.Invalid("cli.unreadable", "file", name).Because(err)
	}
	if len(b) > document.MostFile {
		return nil, true, fault.Invalid("cli.document_too_large", "file", name)
	}
	return b, true, nil
}

func readKey(file string) (ed25519.PublicKey, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Invalid("cli.unreadable", "file", file).Because(err)
	}
	key, err := document.ParseKeyFile(b)
	if err != nil {
		return nil, fault.Invalid("cli.document_bad_key", "file", file).Because(err)
	}
	return key, nil
}

func (e *env) proved(p *document.Proof, isFile bool) error {
	s := p.Seal
	key := "cli.document_genuine"
	switch {
	case !p.Signed:
		key = "cli.document_unsigned"
	case isFile && !p.Content:
		key = "cli.document_changed"
	case isFile && !p.Drawn:
		key = "cli.document_redrawn"
	}
	e.printf("%s\n", i18n.T(e.lang, key, "kind", e.kindName(s.Kind), "number", s.Number, "version", s.Version, "date", s.Date,
		"code", document.FormatCode(s.Code()), "hash", hex.EncodeToString(s.Hash[:])))
	genuine := p.Genuine(isFile)
	err := e.result(map[string]any{"genuine": genuine, "signed": p.Signed, "content": p.Content, "drawn": p.Drawn, "kind": s.Kind, "number": s.Number,
		"version": s.Version, "date": s.Date, "code": document.FormatCode(s.Code()), "hash": hex.EncodeToString(s.Hash[:])})
	if err == nil && !genuine {
		err = errFindings
	}
	return err
}

// paperKinds lists the kinds of paper by the short names that offices use.
func paperKinds() string {
	names := make([]string, len(document.Kinds))
	for i, k := range document.Kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}
