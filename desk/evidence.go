package desk

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/stamp"
)

// tendEvidence looks after the sealed files while every safe may be closed, and
// has new ones stamped.
func (r *rooms) tendEvidence(ctx context.Context) error {
	wrong, err := r.locker.Tend(ctx)
	if wrong > 0 {
		r.cfg.Log.Error("a sealed file in the vault is altered or missing; the record's pages say which")
	}
	return errors.Join(err, r.stampEvidence(ctx), r.barn.Tend(ctx))
}

// takeOver hands the files of a message to the record, as evidence of an item
// that was made of its words. What cannot be read stops it; what was taken stays.
func (r *rooms) takeOver(ctx context.Context, a staff.Actor, thread, message, item string) error {
	for i := 0; ; i++ {
		f, err := r.inbox.File(ctx, a, thread, message, i)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		read, write := io.Pipe()
		go func() { write.CloseWithError(r.files.Copy(write, f)) }()
		_, err = r.locker.TakeOver(ctx, a, item, f.Name, read)
		read.CloseWithError(err) // ends the copying when it was refused
		if err != nil {
			return fault.New(fault.Conflict, "The words are in the record. A file that came with them could not be taken over; try it again from the conversation, or ask the sender for it.")
		}
	}
}

// stampEvidence asks each configured authority about what it has not stamped,
// once an hour by our clock: files that come meanwhile wait for one another. A page
// that was captured does not wait.
func (r *rooms) stampEvidence(ctx context.Context) error {
	now := r.clock.Now()
	if at := r.stampNow.Swap(false); len(r.stamps) == 0 || !at && now.Sub(r.stamped).Abs() < evidence.StampEvery {
		return nil
	}
	r.stamped = now
	var failed error
	for _, a := range r.stamps {
		_, err := r.locker.Stamp(ctx, a)
		failed = errors.Join(failed, err)
	}
	return failed
}

// authorities are those of the configuration, asked through the Desk's proxy when it has one.
func authorities(c Config) (out []evidence.Authority, rootsPEM []byte, err error) {
	if len(c.StampAuthorities) == 0 {
		return nil, nil, nil
	}
	if rootsPEM, err = os.ReadFile(c.StampRoots); err != nil {
		return nil, nil, fmt.Errorf("time-stamp-roots: %w; give a PEM file with the root certificates of the authorities", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(rootsPEM) {
		return nil, nil, fmt.Errorf("time-stamp-roots: %s holds no certificate in PEM form", c.StampRoots)
	}
	client := &http.Client{Timeout: time.Minute}
	if c.FrontProxy != "" {
		if client.Transport, err = throughProxy(c.FrontProxy); err != nil {
			return nil, nil, err
		}
	}
	for _, address := range c.StampAuthorities {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
			return nil, nil, fmt.Errorf("time-stamps: %q is no address of an authority", address)
		}
		out = append(out, evidence.Authority{Name: address, Roots: roots, Ask: func(ctx context.Context, query []byte) ([]byte, error) { return ask(ctx, client, address, query) }})
	}
	return out, rootsPEM, nil
}

// ask sends one query. Errors name no address: they reach a log.
func ask(ctx context.Context, client *http.Client, address string, query []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(query))
	if err != nil {
		return nil, fault.New(fault.Busy, "A time stamping authority cannot be asked.")
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("User-Agent", "")
	res, err := client.Do(req)
	if err != nil {
		return nil, fault.New(fault.Busy, "A time stamping authority cannot be reached.")
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, stamp.MaxToken+1))
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/timestamp-reply") {
		return nil, fault.New(fault.Busy, "A time stamping authority did not answer as it should.")
	}
	return answer, nil
}
