// Package scenario reads the file format in which the facts of an emergency are
// handed over: what was reported, by whom, with which number, who denied it and
// what was asked of whom.
//
// Parse is strict and complete: it either returns a whole, checked Document, or
// every error of the file, each with its line and place and what to do. It
// refuses to guess, to fill in and to skip. It imports count, edtf and the
// standard library; it knows no store and no clock.
package scenario

import (
	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/internal/clock"
)

// Document is one file of facts. Keys are unique within their kind, and every
// reference was found.
type Document struct {
	Name          string // "chechnya-april-2017"
	Hash          string // SHA-256 of the file's bytes in hex: the same file is known again
	AsOf          clock.Day
	Historical    bool // true: never to be presented as current
	Situation     Situation
	Organisations []Organisation
	Channels      []Channel
	Sources       []Source
	Claims        []Claim
	Statements    []Statement
	Campaign      Campaign
	Help          []Help
	Counts        []Count
	Money         Money
	Results       []Result
}

// Situation is what the whole is about.
type Situation struct {
	Title      string // empty when the file has no situation
	Place      string
	Assessment string
	Threats    []string // "state", "family", …
}

// Organisation takes part in the response.
type Organisation struct {
	Key, Name, Kind string
	Role            []string
}

// Channel says for whom an organisation has a line. It never carries a number.
type Channel struct {
	Organisation string // key
	Kind         string // "help" or "information"
	For          string
	Media        []string
}

// Source is who says something.
type Source struct {
	Key, Name string
	Kind      string // "media", "unnamed group", "ngo", "authority", "person", "document"
	Place     string
	Group     string // who shares an origin; empty: the source is its own group
}

// Claim is one assertion of one source.
type Claim struct {
	Key, Source string
	Date        edtf.Date // when it was asserted
	Act         string    // "arbitrary detention", …
	Confirms    string    // key of the claim that it confirms, or ""
	Counts      bool      // false: it confirms without a number of its own
	Unit        string
	Bound       count.Bound
	Perpetrator string
	Motive      string
	Line        int
}

// Statement is what an official or an organisation said in public.
type Statement struct {
	Key, By     string // By is the key of a source
	Date        edtf.Date
	Kind        string // "denial", "admission", "incitement", "condemnation", "promise", "call for accountability", …
	Contradicts []string
	Supports    []string
	Also        []string
	Line        int
}

// Campaign is what is asked, by whom, of whom.
type Campaign struct {
	By      string // key of an organisation; empty when the file has no campaign
	Demands []Demand
	Targets Targets
}

// Demand is one thing asked.
type Demand struct{ Key, Text, Through string }

// Targets are who is asked. Governments may be counted without being named.
type Targets struct {
	Governments  int
	Named        bool
	Institutions []string
}

// Help is a date in the history of the help itself.
type Help struct {
	Date          edtf.Date
	Event, Source string
	Line          int
}

// Count is a running total as of a date, with the name of its source.
type Count struct {
	Date         clock.Day // counted up to the end of this day
	What, Source string
	Bound        count.Bound
	Line         int
}

// Money is a published account of one year. Amounts are whole units of Currency.
type Money struct {
	Currency         string // empty when the file has no account
	Year             int
	Raised           int64
	OwnWebsite       int64
	AveragePerPerson int64
	SupportMonths    Months
	Shares           []Share // in the order of the file
	Note             string
}

// Months of support per person, in tenths of a month.
type Months struct{ Mean, Min, Max int64 }

// Share of the money spent on one thing, in tenths of a per cent.
type Share struct {
	On     string
	Tenths int64
}

// Result is something that governments or institutions did or said.
type Result struct {
	Date edtf.Date
	What string
	By   []string
	Kind string // "" or "denial"
	Line int
}
