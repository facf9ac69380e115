package post

import (
	"context"
	"errors"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// MaxMail is the largest mail that is fetched, in bytes. A larger one stays at
	// the server and is counted.
	MaxMail = 64 << 20
	perCall = 200
)

// Fetched is what a visit at the mailbox did.
type Fetched struct {
	Taken int // kept here and deleted there
	Large int // left there, because too large
	Left  int // left there, because they could not be kept
}

// enter opens a session at the mailbox.
func (o *Office) enter(ctx context.Context, a Account) (*imapclient.Client, error) {
	conn, cfg, err := o.dial(ctx, a, a.IMAP)
	if err != nil {
		return nil, err
	}
	var c *imapclient.Client
	if a.IMAP.StartTLS {
		if c, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: cfg}); err != nil {
			return nil, errors.Join(errors.New("post: the mail server does not speak TLS"), conn.Close())
		}
	} else {
		c = imapclient.New(conn, nil)
	}
	if err := c.WaitGreeting(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.Login(a.User, a.Password).Wait(); err != nil {
		return nil, errors.Join(errors.New("post: the mailbox does not open with this name and password"), c.Close())
	}
	return c, nil
}

// fetch brings every mail of the mailbox to keep, one at a time, and deletes at
// the server what keep took. What keep refuses stays there for the next visit and
// holds up no other.
func (o *Office) fetch(ctx context.Context, a Account, keep func(ctx context.Context, raw []byte) error) (f Fetched, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := o.enter(ctx, a)
	if err != nil {
		return f, err
	}
	defer c.Close()
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		return f, err
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return f, err
	}
	uids := found.AllUIDs()
	var errs []error
	for _, uid := range uids[:min(len(uids), perCall)] {
		raw, err := read(c, uid)
		switch {
		case errors.Is(err, errLarge):
			f.Large++
			continue
		case err != nil:
			return f, errors.Join(append(errs, err)...)
		case raw == nil:
			continue // gone meanwhile
		}
		if err := keep(ctx, raw); err != nil {
			f.Left++
			errs = append(errs, err)
			continue
		}
		if err := remove(c, uid); err != nil {
			return f, errors.Join(append(errs, err)...) // it comes again and is known then
		}
		f.Taken++
	}
	_ = c.Logout().Wait()
	return f, errors.Join(errs...)
}

var errLarge = errors.New("post: the mail is too large")

func read(c *imapclient.Client, uid imap.UID) (raw []byte, err error) {
	sizes, err := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil || len(sizes) == 0 {
		return nil, err
	}
	if sizes[0].RFC822Size > MaxMail {
		return nil, errLarge
	}
	cmd := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil {
				continue
			}
			// A server that says another size than it sends does not fill our memory.
			if raw, err = io.ReadAll(io.LimitReader(body.Literal, MaxMail+1)); err != nil {
				return nil, err
			}
			if len(raw) > MaxMail {
				return nil, errLarge
			}
		}
	}
	return raw, cmd.Close()
}

// remove deletes one mail for good, and no other that somebody marked meanwhile
// where the server knows how.
func remove(c *imapclient.Client, uid imap.UID) error {
	set := imap.UIDSetNum(uid)
	if err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return err
	}
	if c.Caps().Has(imap.CapUIDPlus) || c.Caps().Has(imap.CapIMAP4rev2) {
		return c.UIDExpunge(set).Close()
	}
	return c.Expunge().Close()
}
