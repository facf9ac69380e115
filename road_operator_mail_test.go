package waylight_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/mailtest"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

const (
	ourMail   = "help@example.org"
	theirMail = "somebody.invented@example.net"
	pocket    = "pocket.invented@example.net"
)

// mails sets up an account at a real mail server on the page, reads and answers what
// comes there, and is told by a mail that says nothing when somebody needs help.
func (s *operator) mails() {
	server := mailtest.Start(s.T, ourMail, theirMail, pocket)
	s.goes(s.hanna, "/mail")
	for name, value := range map[string]string{"address": ourMail, "user": ourMail, "password": mailtest.Password, "smtp-host": server.Host, "smtp-port": strconv.Itoa(server.SMTP),
		"imap-host": server.Host, "imap-port": strconv.Itoa(server.IMAP), "roots": string(server.Roots), "channel": "help"} {
		s.hanna.Set(fmt.Sprintf(`main [name=%q]`, name), value)
	}
	s.follows(s.hanna, `main form button[value=try]`)
	s.reads(s.hanna, "main", "works")
	s.hanna.Set(`main [name="password"]`, mailtest.Password)
	s.follows(s.hanna, `main form button[value=keep]`)
	s.looks(s.hanna, "the account")
	if strings.Contains(s.hanna.HTML(), mailtest.Password) {
		s.Error("the password is shown again")
	}

	s.listed(s.anna)
	server.Deliver(s.T, ourMail, []byte("From: Somebody <"+theirMail+">\r\nTo: "+ourMail+"\r\nSubject: please read\r\nMessage-ID: <first@example.net>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+s.mine+"\r\n"))
	path := s.arrives()
	s.opens(s.anna, path, s.mine)
	s.reads(s.anna, "main", "Mail servers on both sides, and whoever can open their mailbox, read every word and keep it. Nobody has proved who wrote. Say as little as can be, no names and no places, and ask them to write on the page.")
	if n := len(server.Mails(s.T, ourMail)); n != 0 {
		s.Errorf("%d mails are left at the server", n)
	}
	s.looks(s.anna, "a conversation by e-mail")
	s.anna.Fill("#f-text", s.mine+" by mail")
	s.twice(s.anna, `form[action$="/reply"]`, "button[value=send]")
	s.reads(s.anna, ".notice", "Your answer is on its way.")
	s.mailed(server, theirMail, 1)

	code, _ := s.begun()
	s.goes(s.anna, "/notices")
	fill(s.T, s.anna, map[string]string{"on": "yes", "address": pocket, "lang": "ru"})
	s.follows(s.anna, "main form button.primary")
	s.looks(s.anna, "notices to me")
	s.w.sends(s.T, code, helps())
	got := s.mailed(server, pocket, 1)
	for _, leak := range []string{"7f3a", "danger", "help now", "помощ", "опасн", "waylight", "request", "thread", "http"} {
		if bytes.Contains(bytes.ToLower(got), []byte(leak)) && !bytes.Contains([]byte(ourMail), []byte(leak)) {
			s.Errorf("the notice holds %q:\n%s", leak, got)
		}
	}
	s.waits(s.anna, "/account", ".bells", s.words.T("They need help now"))
	s.follows(s.anna, ".bells a")
	s.looks(s.anna, "an alarm")
	s.follows(s.anna, `form[action$="/alarm"] button`)
	s.unfolds(s.anna, `form[action$="/alarm/end"] [name=ended]`)
	s.anna.Fill(`form[action$="/alarm/end"] [name=ended]`, "Invented: they are well.")
	s.follows(s.anna, `form[action$="/alarm/end"] button`)
	s.goes(s.hanna, "/mail")
	s.follows(s.hanna, `form[action="/mail/remove"] button`)
}

// puzzles finds an envelope that no key opens: it is kept, and the page says so.
func (s *operator) puzzles() {
	salt, err := os.ReadFile(filepath.Join(s.w.dir, "front", "salt"))
	if err != nil {
		s.Fatal(err)
	}
	k, other := mailbox.Derive(receipt.New(), mailbox.Salt(salt)), mailbox.Derive(receipt.New(), mailbox.Salt(salt))
	plain, err := envelope.Message{Kind: envelope.Report, Channel: "help", Text: s.mine, Mailbox: k.Address(), Day: "2017-04-09"}.Encode()
	if err != nil {
		s.Fatal(err)
	}
	sealed, err := seal.To(other.Address().Recipient, plain) // to a key that is not the Desk's
	if err != nil {
		s.Fatal(err)
	}
	e := wire.Envelope{ID: envelope.NewID(), Channel: "help", Mailbox: k.ID().String(), SignKey: k.Public(), Sealed: sealed, Uploads: []wire.UploadRef{}}
	e.Signature = k.Sign(mailbox.FollowUp, wire.SubmissionParts(e.ID, e.Sealed)...)
	body, err := json.Marshal(e)
	if err != nil {
		s.Fatal(err)
	}
	res, err := http.Post(s.w.front+wire.PathEnvelopes, "application/json", bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		s.Fatalf("the Front, which can see no difference, answers %d", res.StatusCode)
	}
	s.waits(s.anna, "/requests", "main", s.words.T("Could not be opened"))
	s.reads(s.anna, "main", "These arrived and are kept as they came. Tell the security officer.")
	s.reads(s.anna, "main", "No key of this channel opens it: it was damaged on the way, or sealed to a key that is gone.")
	s.holds(s.anna, "main", e.ID[:8])
}

// mailed waits until so many mails lie in a mailbox, and gives the last one.
func (s *operator) mailed(server *mailtest.Server, address string, n int) []byte {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		got := server.Mails(s.T, address)
		if len(got) > n {
			s.Fatalf("%d mails for %s, want %d", len(got), address, n)
		}
		if len(got) == n {
			return got[n-1]
		}
		if time.Now().After(deadline) {
			s.Fatalf("no mail came for %s", address)
		}
		<-time.After(150 * time.Millisecond)
	}
}
