package team

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"waylight/desk/internal/cases"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Rows are the plain rows of tasks and flags, which move with their case to another Desk.
type Rows struct{}

// taskLine is one of them in a package.
type taskLine struct {
	ID      string    `json:"id"`
	Kind    Kind      `json:"kind"`
	Owner   string    `json:"owner,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Due     time.Time `json:"due"`
	Grave   bool      `json:"grave,omitempty"`
	State   State     `json:"state"`
	EndedBy string    `json:"ended_by,omitempty"`
	Ended   time.Time `json:"ended"`
}

// Part implements cases.Rows.
func (Rows) Part() string { return "tasks" }

// Take implements cases.Rows.
func (Rows) Take(ctx context.Context, tx cases.Store, file string) (out []json.RawMessage, err error) {
	s, ok := tx.(Store)
	if !ok {
		return nil, errors.New("team: the store keeps no tasks")
	}
	all, err := s.ChoresOf(ctx, file)
	for _, a := range all {
		row, err := json.Marshal(taskLine{a.ID, a.Kind, a.Owner, a.By, a.At.UTC(), a.Due.UTC(), a.Grave, a.State, a.EndedBy, a.Ended.UTC()})
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, err
}

// Put implements cases.Rows. Whoever had the task on the other Desk is not here: it is
// everybody's who is assigned, and goes on ringing when it is grave.
func (Rows) Put(ctx context.Context, tx cases.Store, file string, row json.RawMessage) error {
	s, ok := tx.(Store)
	if !ok {
		return errors.New("team: the store keeps no tasks")
	}
	var l taskLine
	if json.Unmarshal(row, &l) != nil || !ids.Valid("task", l.ID) || l.Kind != Task && l.Kind != Flag || l.State != Open && l.State != Done && l.State != Dropped {
		return fault.Bad("file", "A task of the package has another form than this Desk knows. Nothing was kept.")
	}
	a := Ask{ID: l.ID, File: file, Kind: l.Kind, Owner: l.Owner, By: l.By, At: l.At, Due: l.Due, Grave: l.Grave, State: Open}
	if err := s.AddChore(ctx, a); err != nil {
		return err
	}
	if l.State == Open {
		return nil
	}
	a.State, a.EndedBy, a.Ended = l.State, l.EndedBy, l.Ended
	return s.SaveChore(ctx, a)
}
