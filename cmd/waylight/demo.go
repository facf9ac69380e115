package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"waylight/internal/envelope"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// demo starts a Front and a Desk as children, fills them with the founding
// scenario and invented people, and serves them until interrupted.
func demo(ctx context.Context, t terminal, args []string) error {
	set := flag.NewFlagSet("waylight demo", flag.ContinueOnError)
	set.SetOutput(t.err)
	dir := set.String("dir", "", "folder for both; without it a temporary one, removed at the end")
	front := set.String("front", "127.0.0.1:8470", "address of the public pages")
	desk := set.String("desk", "127.0.0.1:8471", "address of the Desk")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "waylight-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	}
	d := stage{t: t, dir: *dir, front: free(*front), desk: free(*desk)}
	if err := d.set(ctx); err != nil {
		return err
	}
	err := d.play(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(t.out, "\nstopped")
		return nil // Ctrl-C is how a demo ends
	}
	return err
}

// free keeps an address, or gives a free port on the same host when it is taken.
func free(address string) string {
	l, err := net.Listen("tcp", address)
	if err != nil {
		host, _, split := net.SplitHostPort(address)
		if split != nil {
			return address // refused later, with its own error
		}
		if l, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
			return address
		}
	}
	defer l.Close()
	return l.Addr().String()
}

// stage is one demo.
type stage struct {
	t           terminal
	dir         string
	front, desk string // host:port
	cast        cast
}

// cast is what waylight-desk init --demo writes.
type cast struct {
	OrganisationKey string `json:"organisation_key"`
	HatchKey        string `json:"hatch_key"`
	Fingerprint     string `json:"fingerprint"`
	Front           string `json:"front"`
	Desk            string `json:"desk"`
	Accounts        []struct {
		Login, Passphrase, Name string
		Roles                   []string
	} `json:"accounts"`
}

// program finds one of the other binaries, beside this one or on the path.
func program(name string) (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", &hint{fmt.Errorf("the program %s is not here", name), "build all three: make build"}
	}
	return path, nil
}

func (d *stage) command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	path, err := program(name)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	c.SysProcAttr = children()
	return c, nil
}

// set makes both folders, unless they are there from an earlier run.
func (d *stage) set(ctx context.Context) error {
	accounts := filepath.Join(d.dir, "accounts.json")
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(accounts); errors.Is(err, os.ErrNotExist) {
		if err := d.run(ctx, "waylight-desk", "init", "--demo", "--dir", filepath.Join(d.dir, "desk"), "--front", "http://"+d.front, "--listen", d.desk, "--accounts", accounts); err != nil {
			return err
		}
		if err := d.readCast(accounts); err != nil {
			return err
		}
		if err := d.run(ctx, "waylight-front", "init", "--dir", filepath.Join(d.dir, "front"), "--listen", d.front,
			"--organisation", "Invented Harbour", "--organisation-key", d.cast.OrganisationKey, "--hatch-key", d.cast.HatchKey); err != nil {
			return err
		}
	}
	if err := d.readCast(accounts); err != nil {
		return err
	}
	// An earlier run's Desk knows its Front by address: the addresses stay.
	if d.cast.Front != "" {
		d.front = strings.TrimPrefix(d.cast.Front, "http://")
	}
	return d.noteAddresses(accounts)
}

func (d *stage) run(ctx context.Context, name string, args ...string) error {
	c, err := d.command(ctx, name, args...)
	if err != nil {
		return err
	}
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, args[0], err, out)
	}
	return nil
}

func (d *stage) readCast(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &d.cast)
}

// noteAddresses adds the addresses to accounts.json, for scripts.
func (d *stage) noteAddresses(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	for name, address := range map[string]string{"front": d.front, "desk": d.desk} {
		if all[name], err = json.Marshal("http://" + address); err != nil {
			return err
		}
	}
	if b, err = json.MarshalIndent(all, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// play runs both children until ctx ends or one of them stops.
func (d *stage) play(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 2)
	wait := 0
	start := func(name string, args ...string) error {
		c, err := d.command(ctx, name, args...)
		if err != nil {
			return err
		}
		log, err := os.OpenFile(filepath.Join(d.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		c.Stdout, c.Stderr = log, log
		if err := c.Start(); err != nil {
			return err
		}
		wait++
		go func() {
			defer log.Close()
			err := c.Wait()
			ended <- fmt.Errorf("%s ended: %v; its log is %s", name, err, log.Name())
		}()
		return nil
	}
	defer func() {
		cancel()
		for range wait {
			<-ended
		}
	}()
	if err := start("waylight-front", "run", "--config", filepath.Join(d.dir, "front", "front.conf")); err != nil {
		return err
	}
	if err := start("waylight-desk", "run", "--dir", filepath.Join(d.dir, "desk"), "--listen", d.desk, "--pull-every", "1s"); err != nil {
		return err
	}
	if err := d.open(ctx, ended); err != nil {
		return err
	}
	d.announce()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-ended:
		wait--
		return err
	}
}

// open waits for both servers, unlocks the Desk as its security officer would,
// and sends the invented messages that a new demo begins with.
func (d *stage) open(ctx context.Context, ended chan error) error {
	for _, address := range []string{d.front, d.desk} {
		if err := until(ctx, ended, func() error {
			res, err := http.Get("http://" + address + "/")
			if err == nil {
				res.Body.Close()
			}
			return err
		}); err != nil {
			return fmt.Errorf("waiting for %s: %w", address, err)
		}
	}
	officer := d.cast.Accounts[len(d.cast.Accounts)-1]
	if err := signIn(ctx, "http://"+d.desk, officer.Login, officer.Passphrase); err != nil {
		return err
	}
	front := &sender.Front{URL: "http://" + d.front, HTTP: http.DefaultClient, Patience: 10 * time.Second}
	if err := until(ctx, ended, func() error {
		c, err := front.Channels(ctx)
		if err == nil && (len(c.Channels) < 2 || c.Channels[0].Keys == "" || c.Channels[1].Keys == "") {
			err = errors.New("the Desk has not brought its keys yet")
		}
		return err
	}); err != nil {
		return err
	}
	sent := filepath.Join(d.dir, "sent")
	if _, err := os.Stat(sent); err == nil {
		return nil // an earlier run sent them
	}
	for _, m := range inventedMessages() {
		if err := m.send(ctx, front); err != nil {
			return fmt.Errorf("sending an invented message: %w", err)
		}
	}
	return os.WriteFile(sent, nil, 0o600)
}

// until tries again until f succeeds, a child ends or half a minute has passed.
func until(ctx context.Context, ended chan error, f func() error) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := f()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-ended:
			ended <- err // play waits for it
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// signIn signs a member in, as a browser would.
func signIn(ctx context.Context, desk, login, passphrase string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	form := url.Values{"login": {login}, "passphrase": {passphrase}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, desk+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("signing in at the Desk: status %d", res.StatusCode)
	}
	return nil
}

// announce prints where to look and as whom.
func (d *stage) announce() {
	w := d.t.out
	fmt.Fprintf(w, `
Waylight demo: everybody in it is invented; the reported facts are of April 2017 and historical.

  the public pages   http://%s/
  what is published  http://%s/p/report/chechnya-april-2017.en.html
  the Desk           http://%s/

Sign in at the Desk as one of these (also in %s):

`, d.front, d.front, d.desk, filepath.Join(d.dir, "accounts.json"))
	for _, a := range d.cast.Accounts {
		fmt.Fprintf(w, "  %-7s %-48s %s\n", a.Login, a.Passphrase, strings.Join(a.Roles, ", "))
	}
	fmt.Fprintln(w, "\nCtrl-C ends it.")
}

// invented is a message that a demo begins with.
type invented struct {
	channel, lang, text string
	answers             []envelope.Answer
}

// send seals and submits it under a code that nobody keeps.
func (m invented) send(ctx context.Context, front *sender.Front) error {
	s, err := front.Prepare(ctx, m.channel, "", receipt.New(), envelope.Message{Kind: envelope.Report, Via: envelope.Command, Lang: m.lang, Text: m.text, Answers: m.answers}, nil)
	if err != nil {
		return err
	}
	return front.Submit(ctx, s)
}

// inventedMessages are about nobody: each says so.
func inventedMessages() []invented {
	danger := func(v string) []envelope.Answer { return []envelope.Answer{{Question: "danger", Values: []string{v}}} }
	return []invented{
		{"help", "ru", "[Вымышленный пример] Брата искали дома, он ушёл к знакомым. Ему нельзя возвращаться. Нас двое. Писать лучше после десяти вечера.", danger("now")},
		{"help", "ru", "[Вымышленный пример] Родственники узнали обо мне и требуют вернуться. Пока я в другом городе, деньги заканчиваются.", danger("days")},
		{"information", "en", "[Invented example] I worked at a clinic that spring. I can say how many people came with the same injuries in one week, and what they were told not to say.", nil},
	}
}
