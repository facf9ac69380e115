package waylight_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/storybook"
)

// sends submits a message from a sender's device as soon as the Front has keys.
func (w *town) sends(t *testing.T, code receipt.Code, m envelope.Message) *sender.Submission {
	t.Helper()
	f := &sender.Front{URL: w.front, HTTP: http.DefaultClient, Patience: time.Minute}
	var s *sender.Submission
	for deadline := time.Now().Add(time.Minute); ; {
		var err error
		if s, err = f.Prepare(t.Context(), "help", "", code, m, nil); err == nil {
			break
		} else if !errors.Is(err, sender.ErrChannel) || time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-time.After(100 * time.Millisecond)
	}
	if err := f.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// fits fails when the tab's page is wider than its screen.
func fits(t *testing.T, p *browser.Page) {
	t.Helper()
	if over := browser.Eval[int](p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		t.Errorf("%s is %d pixels wider than the screen", p.URL(), over)
	}
}

// TestDangerRoad plays what an operator lives through when a sender is in danger,
// on the running programs: an answer outside the safe hours is held back until
// there is a reason; the second code is opened, and it stands on every page, of the
// caseworker too, until somebody ends it; one tap reaches the case that was opened
// meanwhile. Anna has a phone in Russian without a script, and a desk in English.
func TestDangerRoad(t *testing.T) {
	w := newTown(t)
	anna := w.member(t, "anna", browser.Phone, browser.Language("ru"), browser.NoScript)
	wide := w.member(t, "anna", browser.Desktop)
	closed := "night" // a part of the day that is not now
	if h := w.clock.Now().Hour(); h >= 23 || h < 6 || h == 22 || h == 5 {
		closed = "day"
	}
	code := receipt.New()
	begun := w.sends(t, code, envelope.Message{Kind: envelope.Report, Lang: "ru", Text: "Выдуманное обращение: мне нужен совет.",
		Answers: []envelope.Answer{{Question: "danger", Values: []string{"days"}}, {Question: "hours", Values: []string{closed}}, {Question: "zone", Values: []string{"0"}}}})
	see(t, anna, w.desk+"/requests", "не прочитано")
	thread := link(t, anna, "tbody tr", "не прочитано")
	anna.Go(thread)
	press(t, anna, `form[action$="/take"] button`)
	shows(t, anna, "мне нужен совет", "Сейчас небезопасно")
	fits(t, anna)

	answer := func(want string) {
		t.Helper()
		wide.Go(thread)
		wide.Fill("#f-text", "Выдуманный ответ.")
		wide.Follow(`form[action$="/reply"] button[value=send]`)
		shows(t, wide, want)
	}
	answer("It is not one of the hours that they called safe.")
	anna.Go(thread)
	anna.Set(`form[action$="/lift"] [name=reason]`, "Выдуманная причина: сами просили сейчас.")
	press(t, anna, `form[action$="/lift"] button`)
	answer("Your answer is on its way")

	// The second code is opened: who forces them reads something harmless.
	w.clock.Advance(16 * time.Minute) // the reason no longer counts
	f := &sender.Front{URL: w.front, HTTP: http.DefaultClient, Patience: time.Minute}
	if _, err := f.Read(t.Context(), begun.Second, clock.DayOf(w.clock.Now())); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/requests", "/requests/rota", "/account"} {
		see(t, anna, w.desk+path, "Возможно, отправителя сейчас принуждают")
		fits(t, anna)
	}
	boris := w.member(t, "boris")
	see(t, boris, w.desk+"/cases", "Somebody may be forcing them at this moment")
	anna.Follow(".bells a")
	if address(anna) != thread {
		t.Fatalf("the bar leads to %s, not to %s", anna.URL(), thread)
	}
	fits(t, anna)
	wide.Go(thread)
	storybook.CheckTab(t, wide, "a conversation that alarms", 1280)
	answer("Somebody may be forcing them to open their mailbox")
	press(t, anna, `form[action$="/alarm"] button`)
	see(t, boris, w.desk+"/cases", "acts.")
	anna.Go(thread)
	anna.Set(`form[action$="/alarm/end"] [name=ended]`, "Выдумано: говорили в условленном месте.")
	anna.Click(`details:has(form[action$="/alarm/end"]) summary`)
	press(t, anna, `form[action$="/alarm/end"] button`)
	anna.Go(w.desk + "/requests/rota")
	if anna.Count(".bells") != 0 {
		t.Errorf("the bar stays: %s", anna.Text(".bells"))
	}

	// A case is opened, and one tap reaches it without anybody reading.
	anna.Go(thread)
	fill(t, anna, map[string]string{"caseworker": "Boris"})
	press(t, anna, `form[action$="/case"] button`)
	boris.Go(thread)
	home := link(t, boris, "main p", "Go to the case")
	w.sends(t, code, envelope.Message{Kind: envelope.FollowUp, Answers: []envelope.Answer{{Question: "check-in", Values: []string{"help"}}}})
	see(t, boris, home+"/watch", "Missed")
	shows(t, boris, "They need help now")
}
