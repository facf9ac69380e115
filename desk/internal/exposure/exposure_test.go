package exposure

import (
	"testing"
	"time"
)

func TestSteps(t *testing.T) {
	t.Parallel()
	names := func(s []Step) (out string) {
		for _, x := range s {
			out += x.What + " "
		}
		return out
	}
	if got := names(Steps(Inside, Stayed)); got != "move warn signs risk " {
		t.Error(got)
	}
	if got := names(Steps(Travelling, Heading)); got != "stop warn replan risk " {
		t.Error(got)
	}
	if s := Steps(Stayed, Inside); s[1].What != Warn || s[1].Within != 30*time.Minute {
		t.Error("the sooner of two holds", s)
	}
	for _, h := range []How{Inside, Travelling, Heading, Stayed, Reached, Known, Self} {
		all := Steps(h)
		if len(all) == 0 {
			t.Errorf("%s asks for nothing", h)
		}
		for i, s := range all {
			if s.Within <= 0 || i > 0 && s.Within < all[i-1].Within {
				t.Errorf("%s: %+v", h, all)
			}
		}
	}
	if len(Steps()) != 0 {
		t.Error("nothing touched asks for something")
	}
}
