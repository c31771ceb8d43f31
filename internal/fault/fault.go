// Package fault gives failures that a caller acts on a kind and a message
// that can be shown in the user's language.
//
// A fault carries a message key and named arguments, never a sentence: the
// edge (page, API, command line) turns it into Indonesian or English with
// package i18n. Everything that is not a fault is a programming or machine
// failure, and the edge shows it as a plain internal error without detail.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the caller can do about a failure.
type Kind uint8

// The kinds. The zero Kind is Internal, so that an unclassified failure is
// never shown as the user's mistake.
const (
	KindInternal    Kind = iota // nothing the caller can do
	KindInvalid                 // mend the input and try again
	KindNotFound                // there is no such thing, or it is outside the caller's area
	KindConflict                // somebody was first; reload and decide again
	KindForbidden               // the caller's role or area does not allow it
	KindUnavailable             // try again later
	KindTooOften                // slow down; the message says for how long
)

// String returns the kind's name in lower case, as used in JSON.
func (k Kind) String() string {
	switch k {
	case KindInvalid:
		return "invalid"
	case KindNotFound:
		return "not_found"
	case KindConflict:
		return "conflict"
	case KindForbidden:
		return "forbidden"
	case KindUnavailable:
		return "unavailable"
	case KindTooOften:
		return "too_often"
	default:
		return "internal"
	}
}

// Error is a failure with a kind and a message key.
type Error struct {
	Kind Kind
	Key  string // message key in locales, such as "registry.import.missing_column"
	Args []any  // name, value, name, value, … for the message's {name} places
	Err  error  // cause, for the log only; may be nil
}

// Error returns the key and arguments, for logs. It is not for screens.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	b.WriteString(": ")
	b.WriteString(e.Key)
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Because returns a copy of e with the cause err.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Invalid reports input that the caller can mend.
func Invalid(key string, args ...any) *Error { return &Error{Kind: KindInvalid, Key: key, Args: args} }

// NotFound reports an absence. It is also the answer for a thing outside the
// caller's area, so that its existence does not leak.
func NotFound(key string, args ...any) *Error {
	return &Error{Kind: KindNotFound, Key: key, Args: args}
}

// Conflict reports that the thing has changed or exists already.
func Conflict(key string, args ...any) *Error {
	return &Error{Kind: KindConflict, Key: key, Args: args}
}

// Forbidden reports that the caller's role or area does not allow the act.
func Forbidden(key string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Key: key, Args: args}
}

// Unavailable reports that something needed is not there at present.
func Unavailable(key string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Key: key, Args: args}
}

// TooOften reports that the caller asked more often than is allowed.
func TooOften(key string, args ...any) *Error {
	return &Error{Kind: KindTooOften, Key: key, Args: args}
}

// KindOf returns the kind of the first fault in err's chain, or KindInternal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// Is reports whether err carries a fault of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// Message returns the message key and its arguments, for package i18n.
func (e *Error) Message() (key string, args []any) { return e.Key, e.Args }
