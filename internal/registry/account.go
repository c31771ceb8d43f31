package registry

import (
	"log/slog"

	"gotong/internal/ident"
)

// Account is a bank account to which a family's aid can be paid.
type Account struct {
	FamilyID ident.ID
	ID       ident.ID
	PersonID ident.ID // the recipient
	Bank     string   // as the office writes it, in capitals: BRI, BSI
	Sealed   []byte   // sealed account number
	Blind    []byte   // blind index of bank and number
	Holder   string   // name of the account's holder, as far as known
	Status   AccountStatus
}

// AccountStatus says what is known of an account.
type AccountStatus string

// The statuses of an account.
const (
	AccountUnchecked AccountStatus = "unchecked" // as the office wrote it
	AccountVerified  AccountStatus = "verified"  // the bank knows it under the holder's name
	AccountRejected  AccountStatus = "rejected"  // the bank refused it
	AccountClosed    AccountStatus = "closed"
)

// Payable reports whether money may be sent to an account of this status.
func (s AccountStatus) Payable() bool { return s == AccountUnchecked || s == AccountVerified }

// AccountNumber is an opened account number. It redacts itself in logs.
type AccountNumber string

// Mask shows the last four digits of a number longer than eight, and none of
// a shorter one.
func (n AccountNumber) Mask() string {
	if len(n) <= 8 {
		return "********"
	}
	return "********" + string(n[len(n)-4:])
}

// LogValue redacts the number.
func (n AccountNumber) LogValue() slog.Value { return slog.StringValue("[account]") }

// Payee is who receives a family's aid, and where.
type Payee struct {
	FamilyID ident.ID
	PersonID ident.ID
	Name     string
	Area     string
	// Account is nil when the family has none to which money may be sent:
	// it is then paid in cash.
	Account *PayeeAccount
}

// PayeeAccount is a payee's opened bank account.
type PayeeAccount struct {
	ID     ident.ID
	Bank   string
	Number AccountNumber
	Holder string
	Status AccountStatus
}
