package notice_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/notice"
)

// TestNothingLeaks fills every field of an event with anything: the words stay the
// same, so they can carry none of it. A field that is added later is filled too.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var e notice.Event
		v := reflect.ValueOf(&e).Elem()
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				f.SetString(rapid.String().Draw(t, "text"))
			case reflect.Int:
				f.SetInt(rapid.Int64().Draw(t, "number"))
			case reflect.Struct:
				f.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "time"), 0)))
			default:
				t.Fatalf("this test does not fill %s yet", v.Type().Field(i).Name)
			}
		}
		for _, lang := range []string{"en", "ru", "ce", "", rapid.String().Draw(t, "lang")} {
			p := notice.Policy{On: true, Lang: lang}
			if got, want := notice.Write(e, p), notice.Write(notice.Event{}, p); got != want {
				t.Fatalf("the event changes the words: %v", got)
			}
		}
		now := time.Unix(1_500_000_000, 0)
		last := now.Add(-time.Duration(rapid.IntRange(0, 3600).Draw(t, "ago")) * time.Second)
		p := notice.Policy{On: rapid.Bool().Draw(t, "on"), Every: time.Duration(rapid.IntRange(0, 60).Draw(t, "every")) * time.Minute}
		if notice.Send(e, p, last, now) != notice.Send(notice.Event{}, p, last, now) {
			t.Fatal("the event decides whether it is sent: an onlooker would learn of it")
		}
	})
}

func TestSend(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_500_000_000, 0)
	on := notice.Policy{On: true}
	for name, c := range map[string]struct {
		p    notice.Policy
		ago  time.Duration
		want bool
	}{
		"switched off":           {notice.Policy{}, 24 * time.Hour, false},
		"long ago":               {on, time.Hour, true},
		"a moment ago":           {on, time.Minute, false},
		"just long enough":       {on, notice.MinEvery, true},
		"a shorter time is none": {notice.Policy{On: true, Every: time.Second}, time.Minute, false},
		"the clock was set back": {on, -time.Hour, true},
	} {
		if got := notice.Send(notice.Event{}, c.p, now.Add(-c.ago), now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !notice.Send(notice.Event{}, on, time.Time{}, now) {
		t.Error("the first is not sent")
	}
}
