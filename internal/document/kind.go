package document

import (
	"slices"

	"gotong/internal/access"
)

// Kind is a sort of paper.
type Kind string

// The kinds, by the short names that offices use.
const (
	Decree         Kind = "sk"           // decree of an enacted determination, with its list of names
	Statement      Kind = "sptjm"        // statement of absolute responsibility
	PaymentList    Kind = "nominatif"    // the names of a pay list
	Reconciliation Kind = "rekonsiliasi" // what became of a pay list
	Notice         Kind = "surat"        // letter to a family
	Handover       Kind = "bast"         // record of a handover of goods
	Invitation     Kind = "undangan"     // letters that invite to the post office
	Quality        Kind = "mutu"         // report on the quality of the register in an area
	Trail          Kind = "jejak"        // who saw a family's data
	Answered       Kind = "hak"          // answer to a request about somebody's own data
	DutyNotice     Kind = "kewajiban"    // letter to a family about a duty that was not met
	BreachNotice   Kind = "pelanggaran"  // letter to a family whose data were touched by a breach
	Destruction    Kind = "musnah"       // record of the destruction of records whose time is over
	Erased         Kind = "hapus"        // certificate of an erasure, for whoever asked for it
)

// Kinds lists the kinds. A kind's place is its number in a seal, so new ones
// go to the end.
var Kinds = []Kind{Decree, Statement, PaymentList, Reconciliation, Notice, Handover, Invitation, Quality, Trail, Answered, DutyNotice, Destruction, BreachNotice, Erased}

// rights say who may do what with a kind.
type rights struct{ see, issue, withdraw access.Permission }

var rightsOf = map[Kind]rights{
	Decree:         {access.SeeDeterminations, access.EnactDetermination, access.EnactDetermination},
	Statement:      {access.SeeMoney, access.MakePayment, access.ReleasePayment},
	PaymentList:    {access.SeeMoney, access.MakePayment, access.ReleasePayment},
	Reconciliation: {access.SeeMoney, access.Reconcile, access.ReleasePayment},
	Notice:         {access.SeeDeterminations, access.EditFamilies, access.EnactDetermination},
	Invitation:     {access.SeeMoney, access.MakePayment, access.ReleasePayment},
	DutyNotice:     {access.SeeDuties, access.ManageDuties, access.DecideAppeals},
	Handover:       {access.SeeGoods, access.HandGoods, access.ApproveGoods},
	Quality:        {access.SeeFamilies, access.SeeFamilies, access.ApproveChanges},
	Trail:          {access.SeeFamilies, access.EditFamilies, access.ApproveChanges},
	Answered:       {access.SeeFamilies, access.EditFamilies, access.ApproveChanges},
	BreachNotice:   {access.HandleBreaches, access.HandleBreaches, access.HandleBreaches},
	Erased:         {access.SeeFamilies, access.EditFamilies, access.ApproveChanges},
	Destruction:    {access.SeeRetention, access.DecideDisposal, access.DecideDisposal},
}

// Valid reports whether k is a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// MayIssue reports whether a may have such papers issued.
func (k Kind) MayIssue(a access.Actor) bool { return k.Valid() && a.Can(rightsOf[k].issue) }

// MaySee reports whether a may open such papers.
func (k Kind) MaySee(a access.Actor) bool { return k.Valid() && a.Can(rightsOf[k].see) }

// MayWithdraw reports whether a may declare such papers void.
func (k Kind) MayWithdraw(a access.Actor) bool { return k.Valid() && a.Can(rightsOf[k].withdraw) }

// Listing reports whether such papers hold a list worth having as a sheet.
func (k Kind) Listing() bool {
	return k == Decree || k == PaymentList || k == Reconciliation || k == Handover || k == Quality || k == Trail
}

// Seen lists the kinds that a may open.
func Seen(a access.Actor) []Kind {
	var all []Kind
	for _, k := range Kinds {
		if k.MaySee(a) {
			all = append(all, k)
		}
	}
	return all
}
