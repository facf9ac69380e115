// Package lists finds out who stands on several lists of people, and how many
// stand on none.
//
// A Study holds lists as they came, sealed in the vault; what was read in them
// lies in a safe of the study, for analysts and documenters. A Run matches the
// records (package linkage) and, if asked, estimates (package estimate), with
// progress, and goes on where it was cut short. People judge pairs without
// seeing each other's answer (Settle), and any judgement can be taken back with
// what followed from it (Follows).
//
// It refuses to merge anything for good, to show one reviewer another's answer
// before their own, to work on without a member who is signed in, and to call
// anything a figure: that is for figures, by its own rule. It imports staff,
// safe, ledger, vault, the two engines and the ground.
package lists

import (
	"context"
	"io"
	"sync"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
)

// The limits of one study; within them a run takes less than 1.5 GiB.
const (
	MaxList    = 64 << 20  // bytes of one list
	MaxBytes   = 256 << 20 // bytes of all
	MaxLists   = 16
	MaxRecords = 1_000_000
)

// Workers are the roles that may work on lists.
func Workers() []staff.Role { return []staff.Role{staff.Analyst, staff.Documenter} }

// Study is a set of lists about the same people.
type Study struct {
	ID     string
	Sealed safe.Sealed
	By     string
	At     time.Time
	Title  string // from the safe
}

// List is one list of a study.
type List struct {
	ID, Study string
	Seq       int // 1 is the first
	Blob      string
	Sealed    safe.Sealed
	By        string
	At        time.Time
	Facts     Facts  // from the safe
	Word      Word   // what people said of it last
	Said      Change // who said it, and when; zero when nobody did
}

// Facts are what is known of a list: they lie in the safe.
type Facts struct {
	Name    string // how records are called: NAME:ID
	Size    int64  // bytes
	SHA256  [32]byte
	Key     [32]byte
	Sums    []byte
	Records int
	Columns []Column
	Notes   []Note
}

// Column is how one column was understood, and in how many rows it says something.
type Column struct {
	Header, Kind, Why string
	Filled            int
}

// Kind is what a run does.
type Kind string

// The kinds of runs.
const (
	Match    Kind = "match"
	Estimate Kind = "estimate" // matches, draws from the doubt of the matching, and estimates from each draw
)

// State is how a run stands.
type State string

// The states of a run. A paused one goes on by itself when somebody who may is
// signed in; a stopped one when somebody says so.
const (
	Waiting State = "waiting"
	Running State = "running"
	Paused  State = "paused"
	Stopped State = "stopped"
	Done    State = "done"
	Failed  State = "failed"
)

// Phase is what a run does just now.
type Phase string

// The phases of a run.
const (
	Reading   Phase = "reading the lists"
	Matching  Phase = "matching the records"
	Drawing   Phase = "drawing matchings"
	Reckoning Phase = "estimating"
	Examining Phase = "asking a little differently"
)

// Plan is what a run was told.
type Plan struct {
	Method string `json:"method,omitempty"`
	Draws  int    `json:"draws,omitempty"`
	Sweeps int    `json:"sweeps,omitempty"` // of the latent-class sampler; 0 the usual number
	Seed   uint64 `json:"seed"`
}

// Run is one piece of long work.
type Run struct {
	ID, Study   string
	Seq         int
	Kind        Kind
	State       State
	Phase       Phase
	Done, Total int   // draws
	Until       int64 // the last decision that it knows
	By          string
	At, Ended   time.Time
	Spent       time.Duration // on the draws that are done
	Plan        Plan
	Sealed      safe.Sealed
}

// Left is about how long it still takes; false while nobody can know.
func (r Run) Left() (time.Duration, bool) {
	if r.State != Running || r.Phase != Reckoning || r.Done == 0 {
		return 0, false
	}
	return r.Spent / time.Duration(r.Done) * time.Duration(r.Total-r.Done), true
}

// Open reports whether there is something left to do.
func (r Run) Open() bool { return r.State == Waiting || r.State == Running || r.State == Paused }

// Store is what the room needs of one transaction.
type Store interface {
	safe.Holders
	ledger.Appender
	AddStudy(ctx context.Context, s Study) error
	Study(ctx context.Context, id string) (Study, error)
	Studies(ctx context.Context) ([]Study, error)
	AddStudyList(ctx context.Context, l List) error // a Conflict when the number is taken
	StudyLists(ctx context.Context, study string) ([]List, error)
	AddStudyWord(ctx context.Context, c Change) error
	StudyWords(ctx context.Context, study string) ([]Change, error) // oldest first
	AddStudyRun(ctx context.Context, r Run) error
	SetStudyRun(ctx context.Context, r Run) error
	StudyRun(ctx context.Context, id string) (Run, error)
	StudyRuns(ctx context.Context, study string) ([]Run, error) // oldest first
	OpenStudyRuns(ctx context.Context) ([]Run, error)           // waiting, running or paused, oldest first
	AddStudyPart(ctx context.Context, run string, seq int, sealed safe.Sealed) error
	StudyParts(ctx context.Context, run string) ([]safe.Sealed, error)
	AddStudyPair(ctx context.Context, p Pair) error // one that is there stays
	StudyPairs(ctx context.Context, study string) ([]Pair, error)
	AddStudyDecision(ctx context.Context, d Decision) error
	StudyDecisions(ctx context.Context, study string) ([]Decision, error) // oldest first
	StudyCells(ctx context.Context, study string) ([]safe.Cell, error)    // everything in the study's safe
}

// Vault keeps sealed files.
type Vault interface {
	Seal(r io.Reader) (vault.Blob, error)
	Open(b vault.Blob) (*vault.Reader, error)
	Remove(id string) error
}

// Workbench carries the verbs of the room.
type Workbench struct {
	Within, Reading func(ctx context.Context, f func(Store) error) error
	Vault           Vault
	Clock           clock.Clock

	mu   sync.Mutex
	live map[string]*work // by run
	one  sync.Mutex       // one run at a time: memory is bounded by it
}

// labels of what lies in a study's safe.
func titleLabel() string                 { return "study/title" }
func listLabel(id string) string         { return "study/list/" + id }
func wordLabel(id string) string         { return "study/word/" + id }
func runLabel(id string) string          { return "study/run/" + id }
func partLabel(run string, n int) string { return "study/part/" + run + "/" + itoa(n) }
func pairLabel(token string) string      { return "study/pair/" + token }
func entry(by, action, subject string) ledger.Entry {
	return ledger.Entry{Actor: by, Action: action, Subject: subject}
}
