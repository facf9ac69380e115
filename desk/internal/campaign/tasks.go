package campaign

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Task is what one member does next in a campaign.
type Task struct {
	ID, Campaign   string
	What           string
	Who            string // member
	Due            clock.Day
	Demand, Target string // either may be empty
	Done           clock.Day
	DoneBy         string
	Outcome        string // what came of it
	By             string
}

// Tasks keeps tasks.
type Tasks interface {
	PutCampaignTask(ctx context.Context, t Task) error
}

// Plan notes who does what next. The same id again changes nothing.
func (b *Board) Plan(ctx context.Context, a staff.Actor, t Task) error {
	if !ids.Valid("todo", t.ID) {
		return fault.New(fault.Invalid, "This form is not from here. Load the page again.")
	}
	t.What, t.By, t.Done, t.DoneBy, t.Outcome = strings.TrimSpace(t.What), a.ID, "", "", ""
	return b.change(ctx, a, t.Campaign, "campaign.task", t.ID, struct{ Who string }{t.Who}, func(s Store, f File) error {
		if slices.ContainsFunc(f.Tasks, func(o Task) bool { return o.ID == t.ID }) {
			return nil
		}
		var k fault.Check
		k.Field(t.What != "", "what", "Say what is to be done.")
		k.Field(t.Who != "", "who", "Choose who does it.")
		k.Field(IsDay(t.Due), "due", "Write the day as 2017-04-09.")
		if err := k.Err(); err != nil {
			return err
		}
		if t.Demand != "" {
			if _, err := f.demand(t.Demand); err != nil {
				return err
			}
		}
		if t.Target != "" {
			if _, err := f.target(t.Target); err != nil {
				return err
			}
		}
		if err := b.stays(ctx, s, a, t.ID, Text{EN: t.What}); err != nil {
			return err
		}
		return s.PutCampaignTask(ctx, t)
	})
}

// Finish says that a task is done and what came of it; Pass gives it to another.
func (b *Board) Finish(ctx context.Context, a staff.Actor, campaign, task, outcome string) error {
	return b.task(ctx, a, campaign, task, "campaign.task-done", Text{EN: outcome}, func(t *Task) error {
		t.Done, t.DoneBy, t.Outcome = clock.DayOf(b.Clock.Now()), a.ID, strings.TrimSpace(outcome)
		return nil
	})
}

// Pass gives a task to another member.
func (b *Board) Pass(ctx context.Context, a staff.Actor, campaign, task, who string) error {
	return b.task(ctx, a, campaign, task, "campaign.task-passed", Text{}, func(t *Task) error {
		if who == "" {
			return fault.Bad("who", "Choose who does it.")
		}
		t.Who = who
		return nil
	})
}

func (b *Board) task(ctx context.Context, a staff.Actor, campaign, task, action string, words Text, f func(*Task) error) error {
	return b.change(ctx, a, campaign, action, task, nil, func(s Store, file File) error {
		i := slices.IndexFunc(file.Tasks, func(t Task) bool { return t.ID == task })
		if i < 0 {
			return fault.Missing()
		}
		t := file.Tasks[i]
		if t.Done != "" {
			return fault.New(fault.Conflict, "This was done already.")
		}
		if err := b.stays(ctx, s, a, task, words); err != nil {
			return err
		}
		if err := f(&t); err != nil {
			return err
		}
		return s.PutCampaignTask(ctx, t)
	})
}

// ToDo lists what is not done, what is due first.
func (f File) ToDo() []Task {
	var out []Task
	for _, t := range f.Tasks {
		if t.Done == "" {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(x, y Task) int { return strings.Compare(string(x.Due), string(y.Due)) })
	return out
}
