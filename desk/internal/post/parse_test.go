package post_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"waylight/desk/internal/post"
)

func lines(s ...string) []byte { return []byte(strings.Join(s, "\r\n")) }

// report is a mail that says what became of one of ours.
func report(about ...string) []byte {
	return lines("From: Mail System <mailer-daemon@example.org>", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "words", "--b",
		"Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mail.example.org", "", strings.Join(about, "\r\n"), "--b", "Content-Type: message/rfc822", "", "Message-ID: <ours@example.org>", "", "y", "--b--")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw  []byte
		look func(post.Mail) bool
	}{
		"plain": {lines("From: Example <a@example.org>", "Subject: hello", "Message-ID: <x@example.org>", "", "words"),
			func(m post.Mail) bool {
				return m.From == "a@example.org" && m.Subject == "hello" && m.MessageID == "x@example.org" && m.Text == "words" && !m.Trouble
			}},
		"an old charset": {append(lines("From: a@example.org", "Subject: =?koi8-r?B?8NLJ18XU?=", "Content-Type: text/plain; charset=windows-1251", "", ""), 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2),
			func(m post.Mail) bool { return m.Text == "Привет" && m.Subject == "Привет" }},
		"a charset that nobody knows": {lines("From: a@example.org", "Content-Type: text/plain; charset=nonsense", "", "words"),
			func(m post.Mail) bool { return m.Text == "words" }},
		"HTML only": {lines("From: a@example.org", "Content-Type: text/html; charset=utf-8", "",
			`<html><head><style>p{}</style><title>t</title></head><body><script>alert(1)</script><p>one</p><p>two &lt;b&gt;</p><img src="http://tracker.example.org/x.png"><a href="http://evil.example.org/">bank</a></body></html>`),
			func(m post.Mail) bool {
				return m.FromHTML && strings.Contains(m.Text, "one") && strings.Contains(m.Text, "two <b>") && !strings.Contains(m.Text, "alert") &&
					!strings.Contains(m.Text, "tracker") && strings.Contains(m.Text, "bank [http://evil.example.org/]")
			}},
		"a file": {lines("From: a@example.org", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "", "see", "--b",
			"Content-Type: application/pdf; name=\"../../etc/x.pdf\"", "Content-Transfer-Encoding: base64", "", "aGVsbG8=", "--b--"),
			func(m post.Mail) bool {
				return m.Text == "see" && len(m.Files) == 1 && m.Files[0].Name == "x.pdf" && string(m.Files[0].Body) == "hello"
			}},
		"a file's name that is turned round": {lines("From: a@example.org", "Content-Type: application/octet-stream", "Content-Disposition: attachment; filename*=utf-8''photo%E2%80%AEgpj.exe", "", "x"),
			func(m post.Mail) bool { return len(m.Files) == 1 && m.Files[0].Name == "photogpj.exe" }},
		"no sender":           {lines("Subject: x", "", "words"), func(m post.Mail) bool { return m.From == "" && m.Text == "words" }},
		"a sender of two":     {lines("From: a@example.org, b@example.org", "", "words"), func(m post.Mail) bool { return m.From == "a@example.org" }},
		"a broken sender":     {lines("From: \"x <a@example.org", "", "words"), func(m post.Mail) bool { return m.From == "a@example.org" && m.Trouble }},
		"cut off in the head": {lines("From: a@example.org", "Subject"), func(m post.Mail) bool { return m.Trouble && len(m.Raw) > 0 }},
		"nothing":             {nil, func(m post.Mail) bool { return m.Text == "" && m.From == "" }},
		"deep": {[]byte("From: a@example.org\r\n" + strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 5000) + "\r\nwords"),
			func(m post.Mail) bool { return m.Trouble }},
		"many parts": {[]byte("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: image/png\r\n\r\nx\r\n", 5000) + "--b--"),
			func(m post.Mail) bool { return m.Trouble && len(m.Files) <= 40 }},
		"a head without end": {[]byte("From: a@example.org\r\nX-A: " + strings.Repeat("a", 1<<20) + "\r\n\r\nwords"),
			func(m post.Mail) bool { return m.Trouble && len(m.Raw) > 1<<20 }},
		"long": {[]byte("From: a@example.org\r\n\r\n" + strings.Repeat("д", 300_000)),
			func(m post.Mail) bool { return m.Cut && len(m.Text) <= 200_000 && utf8.ValidString(m.Text) }},
		"a bounce": {lines("From: Mail System <mailer-daemon@example.org>", "Auto-Submitted: auto-replied", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "could not be delivered", "--b",
			"Content-Type: message/delivery-status", "", "Action: failed", "--b", "Content-Type: message/rfc822", "", "Message-ID: <ours@example.org>", "Subject: x", "", "y", "--b--"),
			func(m post.Mail) bool {
				return m.Bounce && m.Auto && len(m.References) == 1 && m.References[0] == "ours@example.org"
			}},
		"a mailbox that is not there": {report("Action: failed", "Status: 5.0.0"), func(m post.Mail) bool { return m.Bounce && m.Failed }},
		"so, with letters of all kinds": {[]byte(strings.NewReplacer("message/delivery-status", "message/global-delivery-status", "message/rfc822", "message/global").Replace(string(report("Status: 5.0.0")))),
			func(m post.Mail) bool { return m.Failed && len(m.References) == 1 }},
		"so the other server":       {report("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550", " 5.1.1 no such user"), func(m post.Mail) bool { return m.Bounce && m.Failed }},
		"words that were not liked": {report("Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp; 550-5.7.1 looks like spam"), func(m post.Mail) bool { return m.Bounce && !m.Failed }},
		"a full mailbox":            {report("Action: failed", "Status: 5.2.2"), func(m post.Mail) bool { return m.Bounce && !m.Failed }},
		"a mail that is late":       {report("Action: delayed", "Status: 4.1.1"), func(m post.Mail) bool { return m.Bounce && !m.Failed }},
		"an answer": {lines("From: a@example.org", "In-Reply-To: <one@example.org>", "References: <zero@example.org>", " <one@example.org>", "", "words"),
			func(m post.Mail) bool { return len(m.References) == 3 && m.References[0] == "one@example.org" }},
	} {
		m := post.Parse(c.raw)
		if string(m.Raw) != string(c.raw) {
			t.Errorf("%s: the mail was changed", name)
		}
		if !c.look(m) {
			m.Raw = nil
			if len(m.Text) > 300 {
				m.Text = m.Text[:300]
			}
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(lines("From: a@example.org", "Subject: x", "", "words"))
	f.Add(lines("From: a@example.org", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html; charset=koi8-r", "", "<p>x", "--b", "Content-Transfer-Encoding: base64", "", "aGVsbG8", "--b--"))
	f.Add(lines("From: =?utf-8?q?x?= <a@b.c>", "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"", "", "--b", "Content-Type: message/rfc822", "", "Message-ID: <a@b>", "", "--b--"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := post.Parse(raw)
		if string(m.Raw) != string(raw) {
			t.Fatal("the mail was changed")
		}
		if m.From != "" && !post.IsAddress(m.From) {
			t.Fatalf("an address that cannot be written to: %q", m.From)
		}
		total := 0
		for _, s := range []string{m.Text, m.Subject, m.FromName} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\x1b") {
				t.Fatalf("no text: %q", s)
			}
			total += len(s)
		}
		if total > 300_000 || len(m.Files) > 40 {
			t.Fatal("more than the limits")
		}
		for _, a := range m.Files {
			if !utf8.ValidString(a.Name) || len(a.Name) > 200 || strings.ContainsAny(a.Name, "/\\\n\x00") || !utf8.ValidString(a.Type) {
				t.Fatalf("a file's name: %q", a.Name)
			}
		}
	})
}
