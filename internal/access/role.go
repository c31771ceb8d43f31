package access

import "slices"

// Role is a bundle of permissions, named after the person who holds it.
type Role string

// The roles of staff.
const (
	Operator    Role = "operator"    // village operator
	Facilitator Role = "facilitator" // field worker, often offline
	Officer     Role = "officer"     // social office
	Manager     Role = "manager"     // programme manager
	Treasurer   Role = "treasurer"   // makes pay lists, reconciles
	Checker     Role = "checker"     // commitment officer (PPK): checks a pay list
	Releaser    Role = "releaser"    // budget authority (KPA): releases money
	Planner     Role = "planner"     // sees figures, never names
	Auditor     Role = "auditor"     // sees trails and replays decisions, changes nothing
	Admin       Role = "admin"       // users and system, no personal data by that role alone
	roleSystem  Role = "system"
)

// Roles lists the roles that staff can hold.
var Roles = []Role{Operator, Facilitator, Officer, Manager, Treasurer, Checker, Releaser, Planner, Auditor, Admin}

// Permission is one thing an actor may do.
type Permission string

// The permissions.
const (
	SeeFamilies        Permission = "family.see"
	EditFamilies       Permission = "family.edit"
	ApproveChanges     Permission = "family.approve" // as the second person
	Import             Permission = "family.import"
	Unmask             Permission = "family.unmask"
	Export             Permission = "export"
	SeeDuplicates      Permission = "duplicate.see"
	ResolveDuplicates  Permission = "duplicate.resolve"
	SeeProgrammes      Permission = "programme.see"
	SeeDeterminations  Permission = "determination.see"
	RunDetermination   Permission = "determination.run"
	EnactDetermination Permission = "determination.enact"
	SeeMoney           Permission = "money.see"
	MakePayment        Permission = "payment.make"
	CheckPayment       Permission = "payment.check"
	ReleasePayment     Permission = "payment.release"
	Reconcile          Permission = "payment.reconcile"
	SeeGoods           Permission = "goods.see"
	HandGoods          Permission = "goods.hand"    // keep a store's card, hand over, record meals, visit shops
	ManageGoods        Permission = "goods.manage"  // catalogue, orders, lists, groups
	ApproveGoods       Permission = "goods.approve" // the second pair of eyes
	AdvanceGoods       Permission = "goods.advance" // money of meal groups
	SeeDuties          Permission = "duty.see"
	ReportDuties       Permission = "duty.report" // mark, verify, correct, file appeals, hold family meetings
	ManageDuties       Permission = "duty.manage" // facilities, groups, opening a month, consequences and their letters
	DecideAppeals      Permission = "duty.decide" // as another person than who filed, reported or noticed
	SeeDashboard       Permission = "dashboard.see"
	SeeDocuments       Permission = "document.see" // that there are papers; which ones, their kinds say
	SeeRuns            Permission = "run.see"
	StartRuns          Permission = "run.start"
	SeeAudit           Permission = "audit.see"
	ManageUsers        Permission = "user.manage"
	SeeRetention       Permission = "retention.see"     // which records' time is over; names none
	ProposeDisposal    Permission = "retention.propose" // to destroy them
	DecideDisposal     Permission = "retention.decide"  // as the second person
	HoldRecords        Permission = "retention.hold"    // for an audit, a case, a dispute
	HandleBreaches     Permission = "breach.handle"     // report one, and tell the agency and whom it touched
)

// everyStaff is what every role grants.
var everyStaff = []Permission{SeeProgrammes, SeeDashboard, SeeRuns}

var grants = map[Role][]Permission{
	Operator:    {SeeDocuments, SeeFamilies, EditFamilies, SeeDuplicates, SeeDeterminations, Export, SeeGoods, HandGoods, SeeDuties, ReportDuties},
	Facilitator: {SeeDocuments, SeeFamilies, EditFamilies, SeeDeterminations, SeeGoods, HandGoods, SeeDuties, ReportDuties},
	Officer:     {SeeDocuments, SeeFamilies, EditFamilies, ApproveChanges, Import, Unmask, Export, SeeDuplicates, ResolveDuplicates, SeeDeterminations, RunDetermination, StartRuns, SeeGoods, HandGoods, ManageGoods, SeeDuties, ReportDuties, ManageDuties, SeeRetention, ProposeDisposal, HoldRecords, HandleBreaches},
	Manager:     {SeeDocuments, SeeFamilies, ApproveChanges, SeeDeterminations, RunDetermination, EnactDetermination, StartRuns, Export, SeeMoney, SeeGoods, ApproveGoods, SeeDuties, DecideAppeals, SeeRetention, DecideDisposal, HoldRecords, HandleBreaches},
	Treasurer:   {SeeDocuments, SeeMoney, MakePayment, Reconcile, Export, StartRuns, SeeGoods, AdvanceGoods},
	Checker:     {SeeDocuments, SeeMoney, CheckPayment, Export},
	Releaser:    {SeeDocuments, SeeMoney, ReleasePayment, Export},
	Planner:     {Export},
	Auditor:     {SeeDocuments, SeeFamilies, SeeDuplicates, SeeDeterminations, SeeMoney, SeeAudit, Export, SeeGoods, SeeDuties, SeeRetention},
	Admin:       {ManageUsers, SeeAudit, StartRuns, SeeRetention, ProposeDisposal, HandleBreaches},
	// The system holds what runs need; it never checks or releases a
	// payment, enacts a determination or unmasks: people answer for those.
	roleSystem: {SeeDocuments, SeeFamilies, EditFamilies, Import, Export, SeeDuplicates, SeeDeterminations, RunDetermination, SeeMoney, Reconcile, StartRuns, SeeGoods, SeeDuties, SeeRetention, ProposeDisposal, HandleBreaches},
}

func (r Role) grants(p Permission) bool {
	return slices.Contains(everyStaff, p) || slices.Contains(grants[r], p)
}

// Valid reports whether staff can hold r.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Purpose says what personal data are read for. It is an argument of every
// read and must be one of the register of processing (UU 27/2022, art. 31).
type Purpose string

// The register of processing.
const (
	PurposeService       Purpose = "service"       // serving the family at the counter or in the field
	PurposeVerification  Purpose = "verification"  // checking and mending the register
	PurposeDetermination Purpose = "determination" // deciding who gets what
	PurposePayment       Purpose = "payment"       // paying and reconciling
	PurposeAudit         Purpose = "audit"         // examining what was done
	PurposeStatistics    Purpose = "statistics"    // counting, without names
	PurposeSystem        Purpose = "system"        // keeping the system itself running
)

// Purposes lists the register of processing.
var Purposes = []Purpose{PurposeService, PurposeVerification, PurposeDetermination, PurposePayment, PurposeAudit, PurposeStatistics, PurposeSystem}

// Valid reports whether p is in the register of processing.
func (p Purpose) Valid() bool { return slices.Contains(Purposes, p) }
