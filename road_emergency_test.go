package waylight_test

import (
	"testing"
	"time"

	"waylight/internal/browser"
)

// TestEmergencyLane plays, on the running programs, what happens when somebody
// writes that they are in danger now: the duty operator is called, answers, and
// hands over; a caseworker judges in one form, takes a room that is known, a second
// one says go, and the person sleeps in a safe place. The clock is ours: from the
// message to the arrival, all that waiting that the product itself asks for takes
// less than half an hour, most of which is the drive. Nothing that can wait is asked
// for before: no plan, no consent to anything but help, no risk assessment.
func TestEmergencyLane(t *testing.T) {
	w := newTown(t)
	w.member(t, "hanna")
	boris, clara := w.member(t, "boris", browser.Phone, browser.NoScript), w.member(t, "clara")
	form(t, boris, w.desk+"/places/new", map[string]string{"code": "Dovecote", "kind": "flat", "address": "Invented Street 5, flat 9", "capacity": "3", "status": "available"})
	begun := w.clock.Now()
	_, code := w.write(t, "Выдуманное обращение: ищут дома, я у двери соседа.", 0, true)

	anna := w.member(t, "anna", browser.Phone, browser.NoScript)
	see(t, anna, w.desk+"/requests", "In danger now")
	thread := link(t, anna, "tbody tr", "In danger now")
	anna.Go(thread)
	press(t, anna, `form[action$="/take"] button`)
	shows(t, anna, "ищут дома")
	anna.Fill("#f-text", "Мы прочитали. Через двадцать минут у почты будет синяя машина; скажут: чай остыл.")
	press(t, anna, `form[action$="/reply"] button`)
	fill(t, anna, map[string]string{"caseworker": "Boris"})
	press(t, anna, `form[action$="/case"] button`)
	w.clock.Advance(2 * time.Minute)

	boris.Go(thread)
	home := link(t, boris, "main p", "Go to the case")
	form(t, boris, home+"/team", map[string]string{"add": "Clara"})
	form(t, boris, home+"/people/new", map[string]string{"code": "A", "contact": "their mailbox", "role": "traveller"})
	form(t, boris, home+"/triage", map[string]string{"imminence": "3", "severity": "3", "feasibility": "3", "decided": "yes", "words": "Invented: they are at the door."})
	shows(t, boris, "Within hours")
	now := w.clock.Now()
	form(t, boris, home+"/legs/new", map[string]string{"parties": "A", "from": "by the post office", "to-place": "Dovecote", "mode": "car", "earliest": local(now), "latest": local(now.Add(2 * time.Hour)), "names": "A", "papers": "none", "contingency": "drive on, come back in an hour"})
	boris.Go(home + "/plan")
	leg := link(t, boris, "tbody tr", "Planned")
	for _, p := range []*browser.Page{boris, clara} {
		p.Go(leg)
		press(t, p, `form[action$="/go"] button.primary`)
	}
	w.clock.Advance(3 * time.Minute)
	step := func(what string) {
		t.Helper()
		boris.Go(leg)
		fill(t, boris, map[string]string{"to": what})
		press(t, boris, `form[action$="/step"] button`)
	}
	step("They have left")
	// Who is on the way is watched before they arrive: the case says so until somebody does.
	boris.Go(home)
	shows(t, boris, "On the way", "Nobody watches them")
	form(t, boris, home+"/watch/new", map[string]string{"party": "A", "channel": "mailbox", "sign": "the tea is hot", "duress": "the tea is cold", "due": local(w.clock.Now().Add(30 * time.Minute)), "grace": "10", "every": "60", "pace": "fast"})
	w.clock.Advance(20 * time.Minute)
	step("They have arrived")
	boris.Go(home)
	shows(t, boris, "Sheltered")
	fits(t, boris)
	picture(boris, "emergency-sheltered")
	if took := w.clock.Now().Sub(begun); took > 30*time.Minute {
		t.Errorf("from the message to the safe place it took %s", took)
	}
	w.read(t, code, "Мы прочитали.", true)

	// The place is full by one, and its address is known to those who must know it only.
	boris.Go(w.desk + "/places")
	shows(t, boris, "1 of 3")
	if status := anna.Go(home); status == 200 {
		t.Error("the operator who handed it over reads the case")
	}
}
