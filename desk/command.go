package desk

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/serve"
)

const usage = `waylight-desk: the private server of an organisation.

  waylight-desk init --dir DIR --name NAME --front ADDRESS --login LOGIN
        make a Desk with its first member, who holds every role; prints the keys for the Front
  waylight-desk run --dir DIR
        serve the pages until interrupted; settings stand in DIR/desk.conf
  waylight-desk import scenario FILE --dir DIR --login LOGIN
        read a scenario into the record and the campaign: all of it, or nothing

A passphrase is asked for on the terminal, or read from --passphrase-file FILE (- is standard input).
`

// terminal is where a verb reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// Main is the program: it runs a verb until ctx ends and returns the exit
// status: 0 done, 1 failed, 2 called wrongly.
func Main(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	t := terminal{in, out, errs}
	verbs := map[string]func(context.Context, terminal, []string) error{"init": initVerb, "run": runVerb, "import": importVerb}
	if len(args) == 0 || verbs[args[0]] == nil {
		fmt.Fprint(errs, usage)
		return 2
	}
	err := verbs[args[0]](ctx, t, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return 2
	}
	if err != nil {
		fmt.Fprintf(errs, "waylight-desk %s: %v\n", args[0], err)
		return 1
	}
	return 0
}

func flags(t terminal, name string) *flag.FlagSet {
	set := flag.NewFlagSet("waylight-desk "+name, flag.ContinueOnError)
	set.SetOutput(t.err)
	return set
}

// passphrase reads a passphrase: from a file, or from the terminal without echo.
func (t terminal) passphrase(file, prompt string) (string, error) {
	var r io.Reader
	switch {
	case file == "-":
		r = t.in
	case file != "":
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		r = f
	default:
		if f, ok := t.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			fmt.Fprint(t.err, prompt)
			b, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(t.err)
			return string(b), err
		}
		return "", errors.New("there is no terminal to ask for the passphrase; give --passphrase-file FILE")
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func initVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "init")
	dir := set.String("dir", "", "folder to make")
	name := set.String("name", "", "the organisation's name, as the public reads it")
	nameRU := set.String("name-ru", "", "the same in Russian")
	front := set.String("front", "", "address of the Front's hatch, such as https://example.org")
	login := set.String("login", "", "sign-in name of the first member, who holds every role")
	member := set.String("member", "", "the name colleagues see; without it: the sign-in name")
	listen := set.String("listen", "127.0.0.1:8090", "where the Desk's pages are served")
	file := set.String("passphrase-file", "", "file with the first member's passphrase; - is standard input")
	demo := set.Bool("demo", false, "fill a throw-away Desk with the founding scenario and invented people")
	accounts := set.String("accounts", "", "with --demo: where the invented accounts are written")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *front == "" {
		return errors.New("say where and for which Front: --dir DIR --front ADDRESS")
	}
	if *demo {
		return initDemo(ctx, t, *dir, *front, *listen, *accounts)
	}
	if *name == "" || *login == "" {
		return errors.New("say whose Desk it is: --name NAME --login LOGIN")
	}
	if *member == "" {
		*member = *login
	}
	pass, err := t.passphrase(*file, "Passphrase for "+*login+" (at least 16 characters): ")
	if err != nil {
		return err
	}
	names := map[string]string{"en": *name}
	if *nameRU != "" {
		names["ru"] = *nameRU
	}
	id, err := admin.Init(ctx, admin.Setup{Dir: *dir, Names: names, Front: *front, Channels: channels(),
		Members: []admin.NewMember{{Login: *login, Name: *member, Roles: staff.AllRoles(), Passphrase: pass}}}, clock.System())
	if err != nil {
		return err
	}
	if err := writeConf(*dir, *listen); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "made %s\n\nFor the Front's configuration:\norganisation-key = %s\nhatch-key = %s\n\nFor posters and the telephone, the organisation's fingerprint:\n%s\n\nnow: waylight-desk run --dir %s\n",
		*dir, base64.StdEncoding.EncodeToString(id.PublicKey()), base64.StdEncoding.EncodeToString(id.Hatch.Public()), bundle.Fingerprint(id.PublicKey()), *dir)
	return nil
}

// channels are the two ways in that every organisation begins with.
func channels() []intake.Channel {
	return []intake.Channel{
		{ID: "help", Names: map[string]string{"en": "Help", "ru": "Помощь"}},
		{ID: "information", Names: map[string]string{"en": "Information", "ru": "Сведения"}},
	}
}

func runVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "run")
	dir := set.String("dir", "", "the Desk's folder")
	listen := set.String("listen", "", "where the pages are served; overrides desk.conf")
	pull := set.Duration("pull-every", 0, "time between calls at the Front; overrides desk.conf")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("say which Desk: --dir DIR")
	}
	conf, err := readConf(filepath.Join(*dir, confFile))
	if err != nil {
		return err
	}
	if *listen != "" {
		conf.listen = *listen
	}
	if *pull != 0 {
		conf.pullEvery = *pull
	}
	log := slog.New(slog.NewTextHandler(t.err, nil))
	serve.Harden(log)
	d, err := New(Config{Dir: *dir, Log: log, PullEvery: conf.pullEvery, LockAfter: conf.lockAfter, CertFile: conf.cert, KeyFile: conf.key})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", conf.listen)
	if err != nil {
		return err
	}
	scheme := "http"
	if conf.cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(t.out, "desk: %s://%s\n", scheme, l.Addr())
	return d.Run(ctx, l)
}

func importVerb(ctx context.Context, t terminal, args []string) error {
	if len(args) < 2 || args[0] != "scenario" {
		return errors.New("say what: import scenario FILE")
	}
	path := args[1]
	set := flags(t, "import scenario")
	dir := set.String("dir", "", "the Desk's folder")
	login := set.String("login", "", "who imports; a documenter")
	file := set.String("passphrase-file", "", "file with that member's passphrase; - is standard input")
	if err := set.Parse(args[2:]); err != nil {
		return err
	}
	if *dir == "" || *login == "" {
		return errors.New("say where and who: --dir DIR --login LOGIN")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	pass, err := t.passphrase(*file, "Passphrase for "+*login+": ")
	if err != nil {
		return err
	}
	d, err := New(Config{Dir: *dir, Log: slog.New(slog.NewTextHandler(t.err, nil)), Idle: true})
	if err != nil {
		return err
	}
	defer d.Lock()
	token, err := d.SignIn(ctx, *login, pass)
	if err != nil {
		return err
	}
	actor, err := d.actorOf(ctx, token)
	if err != nil {
		return err
	}
	report, err := d.rooms().importScenario(ctx, actor, text)
	var wrong scenario.Errors
	if errors.As(err, &wrong) {
		for _, e := range wrong {
			fmt.Fprintf(t.err, "%s, %v\n", filepath.Base(path), e)
		}
		return fmt.Errorf("errors in %s: %d; nothing was imported", filepath.Base(path), len(wrong))
	}
	if err != nil {
		return err
	}
	fmt.Fprint(t.out, report)
	return nil
}

const confFile = "desk.conf"

type conf struct {
	listen    string
	pullEvery time.Duration
	lockAfter time.Duration
	cert, key string
}

func writeConf(dir, listen string) error {
	text := `# Waylight Desk. Lines are "name = value"; a line that begins with # is not read.
# Nothing in this file is secret.

# Where the pages are served. Keep it on this machine or inside your own network.
listen = ` + listen + `

# Time between calls at the Front.
pull-every = 5s

# Lock by itself when nobody has been signed in for this long. While the Desk is
# locked nothing is fetched, no check-in is watched and nothing escalates, so
# the usual choice is never: lock by the button, or with: kill -USR1
# lock-after = 12h

# Certificate and key, when the Desk is reached over a network by its own name.
# tls-certificate = /etc/waylight/desk.crt
# tls-key = /etc/waylight/desk.key
`
	return os.WriteFile(filepath.Join(dir, confFile), []byte(text), 0o600)
}

func readConf(path string) (conf, error) {
	c := conf{listen: "127.0.0.1:8090"}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	duration := func(into *time.Duration) func(string) error {
		return func(v string) (err error) { *into, err = time.ParseDuration(v); return err }
	}
	text := func(into *string) func(string) error {
		return func(v string) error { *into = v; return nil }
	}
	settings := map[string]func(string) error{"listen": text(&c.listen), "pull-every": duration(&c.pullEvery), "lock-after": duration(&c.lockAfter),
		"tls-certificate": text(&c.cert), "tls-key": text(&c.key)}
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		set := settings[strings.TrimSpace(name)]
		if !ok || set == nil {
			return c, fmt.Errorf("%s, line %d: there is no such setting; there are listen, pull-every, lock-after, tls-certificate, tls-key", confFile, i+1)
		}
		if err := set(strings.TrimSpace(value)); err != nil {
			return c, fmt.Errorf("%s, line %d: %w", confFile, i+1, err)
		}
	}
	if (c.cert == "") != (c.key == "") {
		return c, fmt.Errorf("%s: tls-certificate and tls-key belong together", confFile)
	}
	return c, nil
}
