package desk

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/internal/serve"
)

const usage = `waylight-desk: the private server of an organisation.

`

const usageEnd = `
A passphrase is asked for on the terminal, or read from --passphrase-file FILE (- is standard input).
`

// verb is one thing an operator can do.
type verb struct {
	name, form, says string
	do               func(context.Context, terminal, []string) error
}

// verbs are all of them, in the order in which they are needed.
func verbs() []verb {
	return []verb{
		{"init", "--dir DIR --name NAME --front ADDRESS --login LOGIN", "make a Desk with its first member, who holds every role; prints the keys for the Front", initVerb},
		{"run", "--dir DIR", "serve the pages until interrupted; settings stand in DIR/desk.conf; the signal USR1 locks", runVerb},
		{"front", "--dir DIR --login LOGIN [--address ADDRESS]", "print the keys for the Front; with --address, call there from now on (a security officer)", frontVerb},
		{"import", "scenario FILE --dir DIR --login LOGIN", "read a scenario into the record and the campaign: all of it, or nothing", importVerb},
		{"import", "gazetteer FILE [--only A,P] [--dry-run] --dir DIR --login LOGIN", "bring the places that the map proposes up to a file (a table of GeoNames, or CSV): all of it, or nothing", importVerb},
		{"import", "vocabulary FILE [--dry-run] --dir DIR --login LOGIN", "bring the base layer of the vocabulary up to a file of micro-thesauri (CSV): all of it, or nothing; again changes nothing", importVerb},
		{"members", "list|add|remove --dir DIR --login OFFICER …", "who works here; take a member in; remove one and change the keys of all that they could open", membersVerb},
		{"backup", "--dir DIR --out FILE --login LOGIN", "write everything into one signed file that only security officers can open; the Desk may run meanwhile", backupVerb},
		{"travel", "PACK", "show a travel pack on this machine, to this machine alone, and keep what is written in the journal beside it; needs no Desk and no line", travelVerb},
		{"drill", "--dir DIR [--front-dir DIR] [--login OFFICER] [--json]", "say what whoever takes this Desk, or the Front, would get; with a login every byte is searched for secrets", drillVerb},
		{"replay", "[--tmp DIR]", "play the published year with invented people on a throw-away Desk and print what its dashboard and donor report say", replayVerb},
		{"bench", "protection [--cases 1000,10000,100000] [--tmp DIR]", "measure board, search, case, sweep and exposure on synthetic cases; needs no Desk; bench record [--claims 10000,100000,1000000] [--file MiB] [--entries N]: search, lists, incidents and figures on synthetic claims, evidence taken in beside sha256sum, a ledger verified; bench leakguard [--people N] [--vault N] [--text DIR]: invented people planted in drafts, found or missed", benchVerb},
		{"restore", "--in FILE --dir DIR --login LOGIN [--fingerprint WORDS] [--replace]", "check a backup to its last byte, then put it in its place", restoreVerb},
	}
}

func writeUsage(w io.Writer) {
	fmt.Fprint(w, usage)
	for _, v := range verbs() {
		fmt.Fprintf(w, "  waylight-desk %s %s\n        %s\n", v.name, v.form, v.says)
	}
	fmt.Fprint(w, usageEnd)
}

// terminal is where a verb reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// Main is the program: it runs a verb until ctx ends and returns the exit
// status: 0 done, 1 failed, 2 called wrongly.
func Main(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	t := terminal{in, out, errs}
	if len(args) == 0 {
		writeUsage(errs)
		return 2
	}
	all := verbs()
	i := slices.IndexFunc(all, func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		if args[0] != "help" && args[0] != "-h" && args[0] != "--help" {
			fmt.Fprintf(errs, "waylight-desk: there is no verb %q\n\n", args[0])
		}
		writeUsage(errs)
		return 2
	}
	err := all[i].do(ctx, t, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return 2
	}
	if err != nil {
		fmt.Fprintf(errs, "waylight-desk %s: %v\n", args[0], err)
		return 1
	}
	return 0
}

// identified holds the flags of a verb that a member signs in for.
type identified struct{ dir, login, file *string }

func (t terminal) identified(set *flag.FlagSet, who string) identified {
	return identified{set.String("dir", "", "the Desk's folder"), set.String("login", "", who),
		set.String("passphrase-file", "", "file with that member's passphrase; - is standard input")}
}

// passphrase asks for the member's passphrase, once dir and login were given.
func (i identified) passphrase(t terminal) (string, error) {
	if *i.dir == "" || *i.login == "" {
		return "", errors.New("say where and who: --dir DIR --login LOGIN")
	}
	return t.passphrase(*i.file, "Passphrase for "+*i.login+": ")
}

// enter opens the Desk for one verb and signs the member in. Lock the Desk afterwards.
func (i identified) enter(ctx context.Context, t terminal) (*Desk, staff.Actor, error) {
	pass, err := i.passphrase(t)
	if err != nil {
		return nil, staff.Actor{}, err
	}
	d, err := New(Config{Dir: *i.dir, Log: slog.New(slog.NewTextHandler(t.err, nil)), Idle: true})
	if err != nil {
		return nil, staff.Actor{}, err
	}
	token, err := d.SignIn(ctx, *i.login, pass)
	if err != nil {
		return nil, staff.Actor{}, err
	}
	a, err := d.actorOf(ctx, token)
	if err != nil {
		d.Lock()
	}
	return d, a, err
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
	d, err := New(Config{Dir: *dir, Log: log, PullEvery: conf.pullEvery, LockAfter: conf.lockAfter, Bell: conf.bell, BellLocked: conf.bellLocked, BellEvery: conf.bellEvery, CertFile: conf.cert, KeyFile: conf.key, FrontProxy: conf.proxy, Public: conf.public, TorControl: conf.torControl, StampAuthorities: strings.Fields(conf.stamps), StampRoots: conf.stampRoots, Feeds: conf.feeds, Captures: conf.captures, CaptureProxy: conf.captureProxy, CaptureBrowser: conf.captureBrowser})
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
	if len(args) >= 2 && args[0] == "vocabulary" {
		return importVocabularyVerb(ctx, t, args[1], args[2:])
	}
	if len(args) >= 2 && args[0] == "gazetteer" {
		return importGazetteerVerb(ctx, t, args[1], args[2:])
	}
	if len(args) < 2 || args[0] != "scenario" {
		return errors.New("say what: import scenario FILE, import vocabulary FILE, or import gazetteer FILE")
	}
	path := args[1]
	set := flags(t, "import scenario")
	who := t.identified(set, "who imports; a documenter")
	if err := set.Parse(args[2:]); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
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
