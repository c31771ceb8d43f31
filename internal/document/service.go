package document

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// Keys sign papers and seal their files. seal.Keyring is one.
type Keys interface {
	Signer
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
	Public() ed25519.PublicKey
}

// Log appends acts to the audit log. audit.Log is one.
type Log interface {
	Append(ctx context.Context, acts ...audit.Act) error
}

// Request asks for a paper about something.
type Request struct {
	Kind    Kind
	Subject string    // id of the determination, pay list or family
	Area    string    // of a decree; "" is all of the actor's area
	Lang    i18n.Lang // "" is Indonesian
}

// Source writes the papers of a kind from what the office has decided. It
// checks who may see that, and records the look.
type Source func(ctx context.Context, r Request, o Office) (*Paper, error)

// Deps is what a Service is made of.
type Deps struct {
	Unit    work.Unit
	Store   Store
	Keys    Keys
	Log     Log
	Clock   clock.Clock
	IDs     *ident.Maker
	Rules   Rules
	Sources map[Kind]Source
}

// Service issues papers and answers for them.
type Service struct{ Deps }

// New returns a Service.
func New(d Deps) *Service { return &Service{d} }

// label binds sealed files to this table.
const label = "document.file"

// Today is the day in Indonesia's west, whose clock papers go by.
func (s *Service) Today() civil.Date { return civil.InWest(s.Clock.Now()) }

// Issue writes the paper that is asked for and issues it. It returns
// fault.Forbidden to who may not, and what the source returns.
func (s *Service) Issue(ctx context.Context, r Request) (*Document, error) {
	if r.Lang == "" {
		r.Lang = i18n.ID
	}
	source := s.Sources[r.Kind]
	if source == nil {
		return nil, fault.Invalid("document.no_kind", "kind", string(r.Kind))
	}
	if _, err := s.mayIssue(ctx, r.Kind); err != nil {
		return nil, err
	}
	rule, err := s.Rules.On(s.Today())
	if err != nil {
		return nil, err
	}
	paper, err := source(ctx, r, rule.OfficeIn(r.Lang))
	if err != nil {
		return nil, err
	}
	return s.IssuePaper(ctx, paper)
}

// OfficeOn returns the office as a paper of today in a language names it,
// for who writes papers and has them issued by IssuePaper.
func (s *Service) OfficeOn(l i18n.Lang) (Office, error) {
	rule, err := s.Rules.On(s.Today())
	if err != nil {
		return Office{}, err
	}
	return rule.OfficeIn(l), nil
}

func (s *Service) mayIssue(ctx context.Context, k Kind) (access.Actor, error) {
	actor, ok := access.From(ctx)
	if !ok || !k.MayIssue(actor) {
		return actor, fault.Forbidden("core.error.forbidden", "permission", string(rightsOf[k].issue))
	}
	return actor, nil
}

// IssuePaper numbers, dates, seals and keeps a paper. The same paper issued
// again is the same document; a paper that says something else about the
// same is a new version under the same number, which names the former.
//
// It returns fault.Forbidden to who may not issue the kind in the paper's
// area, and fault.Invalid for a list too long for one paper.
func (s *Service) IssuePaper(ctx context.Context, p *Paper) (*Document, error) {
	actor, err := s.mayIssue(ctx, p.Kind)
	if err != nil {
		return nil, err
	}
	if _, err := access.RequireArea(ctx, rightsOf[p.Kind].issue, p.Area); err != nil {
		return nil, err
	}
	day := s.Today()
	rule, err := s.Rules.On(day)
	if err != nil {
		return nil, err
	}
	if n := p.Rows(); n > rule.MostRows {
		return nil, fault.Invalid("document.too_long", "rows", n, "most", rule.MostRows)
	}
	hash, err := p.Hash()
	if err != nil {
		return nil, err
	}
	d := &Document{Kind: p.Kind, Lang: p.Lang, Subject: p.Subject, Area: p.Area, Title: p.Title[0], Hash: hash, Rows: p.Rows(),
		Date: day, IssuedAt: s.Clock.Now(), IssuedBy: actor.Login, Office: p.Office.Name, Version: 1, Series: rule.SeriesOf(p.Kind, p.Lang, day)}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		same, err := s.number(ctx, d, rule)
		if err != nil || same {
			return err
		}
		return s.add(ctx, d, p, rule)
	})
	if err != nil {
		return nil, fmt.Errorf("document: issuing: %w", err)
	}
	return d, nil
}

// number gives d its number and version, or fills it with the document that
// was issued of the same paper before.
func (s *Service) number(ctx context.Context, d *Document, rule *Rule) (same bool, err error) {
	if err := s.Store.Hold(ctx, d.Series); err != nil {
		return false, err
	}
	last, err := s.Store.Latest(ctx, d.Kind, d.Lang, d.Subject, d.Area)
	switch {
	case fault.Is(err, fault.KindNotFound):
		if d.Seq, err = s.Store.Next(ctx, d.Series); err != nil {
			return false, err
		}
		_, month, _ := d.Date.YMD()
		d.Number = rule.NumberOf(d.Series, d.Seq, month)
		return false, nil
	case err != nil:
		return false, err
	case last.Hash == d.Hash && last.State() == Valid:
		*d = *last
		return true, nil
	}
	d.Series, d.Seq, d.Number, d.Version, d.Former = last.Series, last.Seq, last.Number, last.Version+1, last.ID
	return false, nil
}

func (s *Service) add(ctx context.Context, d *Document, p *Paper, rule *Rule) error {
	d.ID = s.IDs.New()
	seal := Seal{ID: d.ID, Kind: d.Kind, Lang: d.Lang, Version: d.Version, Date: d.Date, Hash: d.Hash, Number: d.Number}
	if err := seal.Sign(s.Keys); err != nil {
		return err
	}
	d.Seal, d.Code = seal.Text(), seal.Code()
	stamp := Stamp{ID: d.ID, Number: d.Number, Version: d.Version, Date: d.Date, URL: rule.URL, Seal: d.Seal, Code: d.Code}
	if !d.Former.IsZero() {
		former, err := s.Store.Document(ctx, d.Former)
		if err != nil {
			return err
		}
		stamp.Former = former.Code
	}
	pdf, pages, err := Draw(p, stamp)
	if err != nil {
		return err
	}
	d.Pages, d.File, d.Size = pages, sha256.Sum256(pdf), int64(len(pdf))
	if err := s.Store.Add(ctx, d, s.Keys.Seal(label, string(pdf))); err != nil {
		return err
	}
	return s.Log.Append(ctx, audit.Act{Purpose: purposeOf[d.Kind], Action: "document.issued", Subject: d.ID.String(), Area: d.Area,
		Count: max(1, int64(d.Rows)), Detail: fmt.Sprintf("%s v%d %x", d.Number, d.Version, d.Hash[:8])})
}

var purposeOf = map[Kind]access.Purpose{Decree: access.PurposeDetermination, Statement: access.PurposePayment, PaymentList: access.PurposePayment,
	Reconciliation: access.PurposePayment, Notice: access.PurposeService, Handover: access.PurposeService, Invitation: access.PurposePayment,
	Quality: access.PurposeVerification, Trail: access.PurposeService, Answered: access.PurposeService, DutyNotice: access.PurposeService, Destruction: access.PurposeSystem, BreachNotice: access.PurposeService, Erased: access.PurposeService}

// see refuses a paper of a kind that the actor may not open: as one that is
// not there.
func see(ctx context.Context, d *Document) error {
	if actor, ok := access.From(ctx); !ok || !d.Kind.MaySee(actor) {
		return fault.NotFound("document.none_such")
	}
	return nil
}

// Document returns a paper's entry in the register.
func (s *Service) Document(ctx context.Context, id ident.ID) (*Document, error) {
	if _, err := access.Require(ctx, access.SeeDocuments); err != nil {
		return nil, err
	}
	var d *Document
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if d, err = s.Store.Document(ctx, id); err != nil {
			return err
		}
		return see(ctx, d)
	})
	return d, err
}

// File returns a paper as it was issued, to the byte. The look is recorded.
func (s *Service) File(ctx context.Context, id ident.ID) (*Document, []byte, error) {
	if _, err := access.Require(ctx, access.SeeDocuments); err != nil {
		return nil, nil, err
	}
	var d *Document
	var pdf []byte
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if d, err = s.Store.Document(ctx, id); err != nil {
			return err
		}
		if err := see(ctx, d); err != nil {
			return err
		}
		sealed, err := s.Store.File(ctx, id)
		if err != nil {
			return err
		}
		plain, err := s.Keys.Open(label, sealed)
		if err != nil {
			return err
		}
		if pdf = []byte(plain); sha256.Sum256(pdf) != d.File {
			return errors.New("document: the file on record is not the one that was issued")
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purposeOf[d.Kind], Action: "document.read", Subject: id.String(), Area: d.Area,
			Count: max(1, int64(d.Rows)), Detail: d.Number})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("document: %w", err)
	}
	return d, pdf, nil
}

// Sheets returns a paper's tables as a workbook. The look is recorded.
func (s *Service) Sheets(ctx context.Context, id ident.ID) (*Document, []byte, error) {
	if _, err := access.Require(ctx, access.Export); err != nil {
		return nil, nil, err
	}
	d, pdf, err := s.File(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	r, err := extract(pdf)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	if err := r.Paper.workbook(&b, r.Stamp); err != nil {
		return nil, nil, err
	}
	return d, b.Bytes(), nil
}

// List returns papers that the actor may open, newest first, and how many
// there are in all.
func (s *Service) List(ctx context.Context, f Filter) ([]Document, int64, error) {
	actor, err := access.Require(ctx, access.SeeDocuments)
	if err != nil {
		return nil, 0, err
	}
	f.Kinds = allowed(actor, f.Kinds)
	var all []Document
	var total int64
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, err = s.Store.List(ctx, f); err != nil {
			return err
		}
		total, err = s.Store.Count(ctx, f)
		return err
	})
	return all, total, err
}

// allowed returns those of the kinds, or of all for none, that a may open.
func allowed(a access.Actor, kinds []Kind) []Kind {
	seen := Seen(a)
	if len(kinds) == 0 {
		return seen
	}
	var all []Kind
	for _, k := range kinds {
		if k.MaySee(a) {
			all = append(all, k)
		}
	}
	return all
}

// Withdraw declares a paper void, with the reason. Its number stays taken.
func (s *Service) Withdraw(ctx context.Context, id ident.ID, reason string) error {
	actor, err := access.Require(ctx, access.SeeDocuments)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		d, err := s.Store.Document(ctx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, d); err != nil {
			return err
		}
		if !d.Kind.MayWithdraw(actor) {
			return fault.Forbidden("core.error.forbidden", "permission", string(rightsOf[d.Kind].withdraw))
		}
		if _, err := access.RequireArea(ctx, rightsOf[d.Kind].withdraw, d.Area); err != nil {
			return err
		}
		if reason == "" {
			return fault.Invalid("document.reason_missing")
		}
		if err := s.Store.Withdraw(ctx, id, Withdrawal{At: s.Clock.Now(), By: actor.Login, Reason: reason}); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purposeOf[d.Kind], Action: "document.withdrawn", Subject: id.String(), Area: d.Area, Count: 1, Detail: d.Number})
	})
	if err != nil {
		return fmt.Errorf("document: withdrawing: %w", err)
	}
	return nil
}
