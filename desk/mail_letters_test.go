package desk

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/post"
	"waylight/internal/clock"
	"waylight/internal/founding"
)

// TestTwelveMinisters sends one letter to twelve invented ministers, each in its
// language, through exim, takes their answers from dovecot, and grades one.
func TestTwelveMinisters(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var offices []string
	for i := range 11 { // the twelfth has an address that does not exist
		offices = append(offices, fmt.Sprintf("minister%d@gov.example.org", i))
	}
	r, olga, s := mailDesk(t, offices...)
	if _, err := r.importScenario(ctx, olga, founding.Scenario()); err != nil {
		t.Fatal(err)
	}
	all, err := r.board.Campaigns(ctx, olga)
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	id := all[0].ID
	var targets []string
	for i := range 12 {
		lang := []string{"en", "ru"}[i%2]
		g, err := r.board.AddTarget(ctx, olga, campaign.Target{Campaign: id, Kind: campaign.Official, Name: campaign.Text{EN: fmt.Sprintf("Invented minister %d", i), RU: fmt.Sprintf("Вымышленный министр %d", i)}, Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.board.SetEmail(ctx, olga, id, g, fmt.Sprintf("minister%d@gov.example.org", i)); err != nil {
			t.Fatal(err)
		}
		targets = append(targets, g)
	}
	f, err := r.board.Open(ctx, olga, id)
	if err != nil {
		t.Fatal(err)
	}
	letters, _, err := r.board.Merge(ctx, olga, id, targets, []string{f.Demands[0].ID})
	if err != nil || len(letters) != 12 {
		t.Fatal(len(letters), err)
	}
	sent, undone, err := r.board.SendAllByMail(ctx, olga, letters)
	if err != nil || sent != 12 || len(undone) != 0 {
		t.Fatal(sent, undone, err)
	}
	if _, undone, err = r.board.SendAllByMail(ctx, olga, letters); err != nil || len(undone) != 12 {
		t.Fatal("letters that were sent are sent again", err)
	}
	for range 3 { // and the carrier looks again and again
		if err := r.carryMail(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range offices {
		m := post.Parse(arrived(t, s, a, 1)[0])
		cyrillic := strings.Contains(m.Text, "Мы просим вас")
		if cyrillic != (i%2 == 1) || len(m.Files) != 1 || !bytes.HasPrefix(m.Files[0].Body, []byte("%PDF")) {
			t.Errorf("%s: %q, %d files", a, m.Subject, len(m.Files))
		}
		if i > 5 {
			continue
		}
		answer := fmt.Sprintf("From: %s\r\nSubject: Re\r\nIn-Reply-To: <%s>\r\n\r\nAn invented answer %d.\r\n", a, m.MessageID, i)
		if i == 5 { // written anew, by the address alone
			answer = "From: " + strings.ToUpper(a) + "\r\nSubject: your letter\r\n\r\nAn invented answer.\r\n"
		}
		s.Deliver(t, ourAddress, []byte(answer))
	}
	// exim returns the twelfth as a bounce of its own making.
	eventually(t, "the bounce did not come", func() bool { return len(s.Mails(t, ourAddress)) == 7 })
	for range 2 {
		if err := r.collectMail(ctx); err != nil {
			t.Fatal(err)
		}
	}
	mails, err := r.board.Mails(ctx, olga, id)
	if err != nil || len(mails) != 7 {
		t.Fatalf("%d mails came back, %v", len(mails), err)
	}
	kinds, byAddress := map[string]int{}, 0
	for _, m := range mails {
		kinds[m.Kind]++
		if m.FoundBy == "address" {
			byAddress++
		}
		if m.Kind == campaign.MailBounce && m.Target != targets[11] {
			t.Error("the bounce is of another letter")
		}
	}
	if kinds[campaign.MailAnswer] != 6 || kinds[campaign.MailBounce] != 1 || byAddress != 1 {
		t.Errorf("%v, %d by address", kinds, byAddress)
	}
	for _, m := range mails {
		var whole bytes.Buffer
		if err := r.copyMail(&whole, m); err != nil || whole.Len() == 0 {
			t.Error("the mail as it came is gone", err)
		}
	}
	answer := mails[0]
	resp, err := r.board.Answered(ctx, olga, campaign.Response{Campaign: id, Demand: f.Demands[0].ID, Target: answer.Target, State: campaign.Acknowledged, Day: clock.DayOf(answer.At), Evidence: "e-mail, SHA-256 " + answer.Hash,
		Words: campaign.Text{EN: "They have it (invented)."}}, campaign.Text{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.board.SettleMail(ctx, olga, id, answer.ID, resp); err != nil {
		t.Fatal(err)
	}
	if err := r.board.SettleMail(ctx, olga, id, answer.ID, ""); err == nil {
		t.Error("a mail is dealt with twice")
	}
	if n := len(s.Mails(t, ourAddress)); n != 0 {
		t.Errorf("%d mails are left at the server", n)
	}
	if k, err := r.board.Mail.Carried(ctx, letters[0]); err != nil || k.State != "sent" {
		t.Errorf("%+v, %v", k, err)
	}
}
