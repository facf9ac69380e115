package staff_test

import (
	"testing"
	"time"

	"waylight/desk/internal/staff"
)

// A new paper is asked for at once, one that was read a week before its year is over;
// one that an outsider keeps is asked of the member whose it is.
func TestUnread(t *testing.T) {
	t.Parallel()
	made := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	read := made.AddDate(0, 0, 1)
	sets := []staff.PaperSet{{Member: "a", Made: made, Keepers: [3]string{"b", "c", ""}, Checked: [3]time.Time{read, {}, {}}}}
	for _, x := range []struct {
		who  string
		at   time.Time
		want int
	}{
		{"b", read, 0}, {"b", read.AddDate(0, 0, 357), 0}, {"b", read.AddDate(0, 0, 359), 1}, {"b", read.AddDate(3, 0, 0), 1},
		{"c", made.Add(time.Minute), 1}, {"a", made.Add(time.Minute), 1}, {"d", made, 0},
	} {
		if got := staff.Unread(sets, x.who, x.at); got != x.want {
			t.Errorf("%s at %s: %d, want %d", x.who, x.at, got, x.want)
		}
	}
}
