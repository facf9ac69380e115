package mailtest_test

import (
	"testing"

	"waylight/internal/mailtest"
)

func TestStart(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, "desk@example.org")
	s.Deliver(t, "desk@example.org", []byte("Subject: x\r\n\r\nhello\r\n"))
	if n := len(s.Mails(t, "desk@example.org")); n != 1 {
		t.Errorf("%d mails", n)
	}
}
