// Package fault is the one error vocabulary of the house.
//
// A fault has a kind for machines and a message key for people; serve turns it
// into a page. Any other error is logged under an identifier and shown as "an
// error on our side". A fault never carries a person's data: its text may reach
// a log. It imports only the standard library.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what went wrong, in a form that decides the answer's status.
type Kind int

// The kinds of fault.
const (
	Internal Kind = iota // 500: ours; details only in the log, under an id
	NotFound             // 404: no such thing, or not for this person
	Conflict             // 409: somebody changed it meanwhile, or a rule of order forbids it
	Invalid              // 422: a field is wrong; Fields says which and why
	Denied               // 403: this person may not
	Locked               // 423: the Desk is locked
	Busy                 // 503: try again; nothing was lost
	TooLarge             // 413: the size is over a stated limit
)

// Error is a fault. Message is an English sentence that is also the key of its
// translation; it says what is wrong and what to do.
type Error struct {
	Kind    Kind
	Message string
	Args    []any   // for the translated message's placeholders; never personal data
	Fields  []Field // for Invalid
}

// Field is one wrong field of a form or row.
type Field struct {
	Name    string // the form's or column's name
	Message string // an English sentence, key of its translation
}

// Error gives kind and message, for logs and tests.
func (e *Error) Error() string {
	s := fmt.Sprintf(e.Message, e.Args...)
	for _, f := range e.Fields {
		s += "; " + f.Name + ": " + f.Message
	}
	return s
}

// New makes a fault of a kind with a sentence that says what to do.
func New(kind Kind, message string, args ...any) *Error {
	return &Error{Kind: kind, Message: message, Args: args}
}

// Missing is the fault for a thing that does not exist or is not for this person:
// the two must not be told apart.
func Missing() *Error { return New(NotFound, "There is nothing here that you can open.") }

// Check collects the wrong fields of one form.
type Check struct{ fields []Field }

// Field notes that name is wrong unless ok.
func (c *Check) Field(ok bool, name, message string) {
	if !ok {
		c.fields = append(c.fields, Field{Name: name, Message: message})
	}
}

// Err is nil when every field was right.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: "Please look at the marked fields.", Fields: c.fields}
}

// KindOf returns the kind of err: Internal when it is not a fault.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Bad is the fault for one wrong field.
func Bad(name, message string) error {
	var c Check
	c.Field(false, name, message)
	return c.Err()
}
