package front

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waylight/front/internal/spool"
	"waylight/internal/forms"
	"waylight/internal/onion"
)

// Config is the content of the Front's configuration file. It holds nothing
// secret: every key in it is a public one.
type Config struct {
	Listen        string // host:port, or unix:/path/to/socket
	HatchListen   string // empty: the hatch is served on Listen too
	Folder        string
	DatabaseFile  string // file with the address of a PostgreSQL database; empty: SQLite in Folder
	S3Endpoint    string // keeps the chunks in an S3-compatible store; empty: in Folder
	S3Bucket      string
	S3Region      string
	S3KeyFile     string // file with access key and secret
	Title         string
	Exit          string
	HTTPS         bool
	ACME          []string // names of this server: it speaks TLS itself, with certificates that it fetches
	ACMEDirectory string   // empty: Let's Encrypt
	ACMERoots     string   // file with the certificates that vouch for the directory; empty: the machine's
	PlainListen   string   // leads visitors without TLS to TLS; empty: nowhere
	Reserve       uint64   // bytes
	MaxForm       int64    // bytes
	Keep          spool.Keep
	Onion         bool
	TorControl    string // "unix:/path" or host:port; empty: Debian's
	OnionSockets  string // folder of the sockets that tor connects to; empty: Folder
	OnionLocation string // "yes", or the address of an onion service made otherwise
	Mirror        bool   // also serves the pages in made-up words from right to left; no line of the file sets it
	Organisations []Organisation
}

// Organisation is one that uses this Front.
type Organisation struct {
	Name     string // a word for the operator
	Key      ed25519.PublicKey
	Hatch    ed25519.PublicKey // of the desk-front key
	Client   string            // public key that its Desk's tor shows at the hatch's onion service
	Channels []Channel
	Path     string // its pages stand below this path: "harbour"; empty: at the root
	Urgent   string
	Ways     []string
	Files    int64 // bytes of files that may wait for its Desk; 0: as much as the disk has
}

// Channel is one way in: its id, and the questionnaire that leads to it.
type Channel struct{ ID, Form string }

// A setting reads one line's value into the configuration.
type setting struct {
	help  string
	value string // as init writes it; empty: as a comment
	of    bool   // belongs to the organisation above it
	set   func(c *Config, o *Organisation, v string) error
}

// names orders the settings as init writes them.
var names = []string{
	"listen", "hatch-listen", "folder", "database-file", "s3-endpoint", "s3-bucket", "s3-region", "s3-key-file", "title", "exit", "https", "acme", "acme-directory", "acme-roots", "plain-listen", "reserve-mib", "largest-form-mib", "keep-letters-days", "keep-parts-days", "keep-mailboxes-days",
	"onion", "tor-control", "onion-sockets", "onion-location",
	"organisation", "organisation-key", "hatch-key", "hatch-client-auth", "channels", "path", "files-mib", "urgent", "other-way",
}

var settings = map[string]setting{
	"listen": {help: "Where visitors are served: host:port, or unix:/path/to/socket behind a proxy or an onion service.", value: "127.0.0.1:8080",
		set: func(c *Config, _ *Organisation, v string) error { c.Listen = v; return nil }},
	"hatch-listen": {help: "Where the Desk calls. Without this line: on the same address, below /hatch/v1/.",
		set: func(c *Config, _ *Organisation, v string) error { c.HatchListen = v; return nil }},
	"folder": {help: "Where sealed letters wait. Only the Front's own user may read it.",
		set: func(c *Config, _ *Organisation, v string) error { c.Folder = v; return nil }},
	"database-file": {help: "Several servers side by side: a file (chmod 600) with one line, the address of their PostgreSQL database: postgres://user:password@host/name. Without this line: SQLite in the folder.",
		set: func(c *Config, _ *Organisation, v string) error { c.DatabaseFile = v; return nil }},
	"s3-endpoint": {help: "Keep the sealed parts of files in an S3-compatible store: its address, such as https://s3.example.org. Without this line: in the folder.",
		set: func(c *Config, _ *Organisation, v string) error { c.S3Endpoint = v; return nil }},
	"s3-bucket": {help: "The bucket, for this Front alone.",
		set: func(c *Config, _ *Organisation, v string) error { c.S3Bucket = v; return nil }},
	"s3-region": {help: "The region, where the store has several.",
		set: func(c *Config, _ *Organisation, v string) error { c.S3Region = v; return nil }},
	"s3-key-file": {help: "A file (chmod 600) with one line: the access key, a space, the secret key.",
		set: func(c *Config, _ *Organisation, v string) error { c.S3KeyFile = v; return nil }},
	"title": {help: "Title of every page. It should say nothing about the cause. Without this line: \"Contact\".",
		set: func(c *Config, _ *Organisation, v string) error { c.Title = v; return nil }},
	"exit": {help: "Where \"Leave this page\" leads. Without this line: a plain calendar on this server.", set: setExit},
	"https": {help: "yes: visitors come over TLS (a proxy before this server); browsers are told never to come without.",
		set: func(c *Config, _ *Organisation, v string) (err error) { c.HTTPS, err = yes(v); return err }},
	"acme": {help: "TLS without a proxy: the server's names (help.example.org). It fetches certificates for them by itself and renews them; listen must be port 443 as the world sees it. By this you accept the terms of the authority.", set: setACME},
	"acme-directory": {help: "Another authority than Let's Encrypt: the address of its ACME directory.",
		set: func(c *Config, _ *Organisation, v string) error { c.ACMEDirectory = v; return nil }},
	"acme-roots": {help: "File with the certificates that vouch for that authority's address, where the machine does not know them.",
		set: func(c *Config, _ *Organisation, v string) error { c.ACMERoots = v; return nil }},
	"plain-listen": {help: "With acme: where visitors without TLS are led to it, such as :80.",
		set: func(c *Config, _ *Organisation, v string) error { c.PlainListen = v; return nil }},
	"reserve-mib": {help: "Free space on the disk, in MiB, that is kept for text: below it no new files are taken.", value: "256",
		set: func(c *Config, _ *Organisation, v string) (err error) {
			n, err := strconv.ParseUint(v, 10, 32)
			c.Reserve = n << 20
			return err
		}},
	"largest-form-mib": {help: "Largest message with files, in MiB, from a person without the script.", value: "256",
		set: func(c *Config, _ *Organisation, v string) (err error) {
			n, err := strconv.ParseUint(v, 10, 16)
			c.MaxForm = int64(n) << 20
			return err
		}},
	"keep-letters-days": {help: "How many days a sealed letter waits that no Desk fetches; then it is deleted, and its sender is told. Without this line: 180. At least 30.",
		set: func(c *Config, _ *Organisation, v string) error { return days(&c.Keep.Letters, v, 30) }},
	"keep-parts-days": {help: "How many days parts of a file are kept whose message never came: a sender with a bad line goes on with them. Without this line: 3.",
		set: func(c *Config, _ *Organisation, v string) error { return days(&c.Keep.Parts, v, 1) }},
	"keep-mailboxes-days": {help: "After how many days without use a mailbox expires; its holder is told and can go on writing. After twice that it is deleted. Without this line: 730. At least 90.",
		set: func(c *Config, _ *Organisation, v string) error { return days(&c.Keep.Mailboxes, v, 90) }},
	"onion": {help: "yes: publish an onion service through this machine's tor (or: waylight-front run --onion).",
		set: func(c *Config, _ *Organisation, v string) (err error) { c.Onion, err = yes(v); return err }},
	"tor-control": {help: "Where tor takes orders: unix:/path or host:port. Without this line: " + onion.DefaultControl + ", as on Debian.",
		set: func(c *Config, _ *Organisation, v string) error { c.TorControl = v; return nil }},
	"onion-sockets": {help: "Folder of the sockets that tor brings visitors to; tor's user must reach it. Without this line: the folder above.",
		set: func(c *Config, _ *Organisation, v string) error { c.OnionSockets = v; return nil }},
	"onion-location": {help: "yes: tell visitors of the other address of the onion service, while it is up. Or the address of one that you made otherwise: http://….onion", set: setOnionLocation},
	"organisation": {help: "Each organisation that uses this server begins with its name (a word for you; visitors see the name in its signed keys).",
		set: func(c *Config, _ *Organisation, v string) error {
			c.Organisations = append(c.Organisations, Organisation{Name: v})
			return nil
		}},
	"organisation-key": {of: true, help: "Public key that signs its keys and pages (waylight-desk init shows it).",
		set: func(_ *Config, o *Organisation, v string) (err error) { o.Key, err = publicKey(v); return err }},
	"hatch-key": {of: true, help: "Public key with which its Desk collects letters (waylight-desk init shows it).",
		set: func(_ *Config, o *Organisation, v string) (err error) { o.Hatch, err = publicKey(v); return err }},
	"hatch-client-auth": {of: true, help: "Public key of its Desk's tor (waylight-desk init shows it): with onion = yes the hatch has an onion service of its own, which opens to this key only.",
		set: func(_ *Config, o *Organisation, v string) error { o.Client = v; return onion.CheckClient(v) }},
	"channels": {of: true, value: "help, information", help: "Its channels. A channel with another name than a questionnaire says which one leads to it: harbour-help:help.", set: setChannels},
	"path":     {of: true, help: "Its pages have a path of their own: harbour puts them at https://…/harbour/. For several organisations on one server.", set: setPath},
	"files-mib": {of: true, help: "How much of its files, in MiB, may wait here for its Desk. Over that, new files are refused and words are still taken. Without this line: as much as the disk has.",
		set: func(_ *Config, o *Organisation, v string) error {
			n, err := strconv.ParseUint(v, 10, 32)
			if err != nil || n == 0 {
				return fmt.Errorf("must be a number of MiB, at least 1")
			}
			o.Files = int64(n) << 20
			return nil
		}},
	"urgent": {of: true, help: "Whom to call in danger at this moment: shown first on the pages. Only if somebody answers at every hour.",
		set: func(_ *Config, o *Organisation, v string) error { o.Urgent = v; return nil }},
	"other-way": {of: true, help: "Another safe way to reach it, such as an onion address. May stand several times.",
		set: func(_ *Config, o *Organisation, v string) error { o.Ways = append(o.Ways, v); return nil }},
}

func setExit(c *Config, _ *Organisation, v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("must be an address that begins with https://")
	}
	c.Exit = v
	return nil
}

func setOnionLocation(c *Config, _ *Organisation, v string) error {
	if v != "yes" {
		name, ok := strings.CutPrefix(v, "http://")
		if !ok {
			return fmt.Errorf("must be yes, or an address like http://….onion")
		}
		if _, err := onion.ParseAddress(name); err != nil {
			return err
		}
	}
	c.OnionLocation = v
	return nil
}

// taken are paths of the server's own.
var taken = []string{"w", "p", "hatch", "static", "calendar", "help", "information", "mailbox", "safety", "papers", "en", "ru"}

func setPath(c *Config, o *Organisation, v string) error {
	plain := strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	if !plain || len(v) < 3 || len(v) > 40 || slices.Contains(taken, v) {
		return fmt.Errorf("must be a word of 3 to 40 letters a-z, digits and -, and not one of %s", strings.Join(taken, ", "))
	}
	for _, other := range c.Organisations {
		if other.Path == v {
			return fmt.Errorf("another organisation has this path")
		}
	}
	o.Path = v
	return nil
}

func setChannels(_ *Config, o *Organisation, v string) error {
	for word := range strings.SplitSeq(v, ",") {
		id, form, ok := strings.Cut(strings.TrimSpace(word), ":")
		if !ok {
			form = id
		}
		if _, known := forms.ByID(form); !known || id == "" {
			return fmt.Errorf("%q leads from no questionnaire; they are help and information", id)
		}
		o.Channels = append(o.Channels, Channel{ID: id, Form: form})
	}
	return nil
}

// days reads a number of days.
func days(into *int, v string, least int) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > 36500 {
		return fmt.Errorf("must be a number of days, at least %d", least)
	}
	*into = n
	return nil
}

func yes(v string) (bool, error) {
	switch v {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	return false, fmt.Errorf("must be yes or no")
}

func publicKey(v string) (ed25519.PublicKey, error) {
	b, err := base64.StdEncoding.DecodeString(v)
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("must be a public key: 44 characters of Base64")
	}
	return b, nil
}

// ReadConfig reads a configuration: lines "name = value", comments after "#" at
// the beginning of a line. An unknown name, a wrong value and a line out of
// place are errors that name the line.
func ReadConfig(r io.Reader) (Config, error) {
	c := Config{Reserve: 256 << 20}
	scanner := bufio.NewScanner(r)
	once := map[string]bool{}
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		s, known := settings[name]
		switch {
		case !ok:
			return c, fmt.Errorf("line %d: expected \"name = value\"", n)
		case !known:
			return c, fmt.Errorf("line %d: there is no setting %q; there are %s", n, name, strings.Join(names, ", "))
		case value == "":
			return c, fmt.Errorf("line %d: %s has no value; put # before the line to leave it out", n, name)
		case s.of && len(c.Organisations) == 0:
			return c, fmt.Errorf("line %d: %s belongs below an \"organisation = …\" line", n, name)
		}
		place := fmt.Sprint(len(c.Organisations), name)
		if once[place] && name != "other-way" && name != "organisation" {
			return c, fmt.Errorf("line %d: %s stands here for the second time", n, name)
		}
		once[place] = true
		var o *Organisation
		if s.of {
			o = &c.Organisations[len(c.Organisations)-1]
		}
		if err := s.set(&c, o, value); err != nil {
			return c, fmt.Errorf("line %d: %s: %w", n, name, err)
		}
	}
	if err := scanner.Err(); err != nil {
		return c, err
	}
	return c, c.check()
}

func (c Config) check() error {
	if c.Listen == "" || c.Folder == "" {
		return fmt.Errorf("the configuration needs the settings listen and folder")
	}
	if len(c.ACME) == 0 && (c.ACMEDirectory != "" || c.ACMERoots != "" || c.PlainListen != "") {
		return fmt.Errorf("acme-directory, acme-roots and plain-listen need the setting acme")
	}
	if c.S3Endpoint != "" && (c.S3Bucket == "" || c.S3KeyFile == "") {
		return fmt.Errorf("s3-endpoint needs the settings s3-bucket and s3-key-file too")
	}
	var channels []string
	for _, o := range c.Organisations {
		if o.Key == nil || o.Hatch == nil || len(o.Channels) == 0 {
			return fmt.Errorf("organisation %s needs organisation-key, hatch-key and channels", o.Name)
		}
		for _, ch := range o.Channels {
			if slices.Contains(channels, ch.ID) {
				return fmt.Errorf("organisation %s: the channel %s stands twice; channels of several organisations need different names", o.Name, ch.ID)
			}
			channels = append(channels, ch.ID)
		}
	}
	return nil
}

// Write writes the configuration with a comment above each setting, so that
// ReadConfig reads it back.
func (c Config) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("# Waylight Front. Lines are \"name = value\"; a line that begins with # is not read.\n# Nothing in this file is secret.\n")
	given := map[string][]string{
		"listen": {c.Listen}, "hatch-listen": {c.HatchListen}, "folder": {c.Folder}, "database-file": {c.DatabaseFile},
		"s3-endpoint": {c.S3Endpoint}, "s3-bucket": {c.S3Bucket}, "s3-region": {c.S3Region}, "s3-key-file": {c.S3KeyFile}, "title": {c.Title}, "exit": {c.Exit},
		"acme": {strings.Join(c.ACME, ", ")}, "acme-directory": {c.ACMEDirectory}, "acme-roots": {c.ACMERoots}, "plain-listen": {c.PlainListen},
		"tor-control": {c.TorControl}, "onion-sockets": {c.OnionSockets}, "onion-location": {c.OnionLocation},
	}
	for name, n := range map[string]int{"keep-letters-days": c.Keep.Letters, "keep-parts-days": c.Keep.Parts, "keep-mailboxes-days": c.Keep.Mailboxes} {
		given[name] = []string{positive(int64(n))}
	}
	if c.Onion {
		given["onion"] = []string{"yes"}
	}
	if c.HTTPS {
		given["https"] = []string{"yes"}
	}
	for _, name := range names {
		if s := settings[name]; !s.of && name != "organisation" {
			line(&b, name, s, given[name])
		}
	}
	all := c.Organisations
	if len(all) == 0 {
		all = []Organisation{{}}
	}
	for _, o := range all {
		var channels []string
		for _, ch := range o.Channels {
			channels = append(channels, ch.ID+":"+ch.Form)
		}
		line(&b, "organisation", settings["organisation"], []string{o.Name})
		for name, values := range map[string][]string{
			"organisation-key": {encode(o.Key)}, "hatch-key": {encode(o.Hatch)}, "hatch-client-auth": {o.Client}, "channels": {strings.Join(channels, ", ")},
			"path": {o.Path}, "files-mib": {positive(o.Files >> 20)}, "urgent": {o.Urgent}, "other-way": o.Ways,
		} {
			given[name] = values
		}
		for _, name := range names {
			if s := settings[name]; s.of {
				if o.Name == "" {
					s.value = "" // an example, all of it a comment
				}
				line(&b, name, s, given[name])
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// positive is empty for 0, which stands for the default.
func positive(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func encode(k ed25519.PublicKey) string { return base64.StdEncoding.EncodeToString(k) }

func line(b *bytes.Buffer, name string, s setting, values []string) {
	fmt.Fprintf(b, "\n# %s\n", s.help)
	written := false
	for _, v := range values {
		if v != "" {
			fmt.Fprintf(b, "%s = %s\n", name, v)
			written = true
		}
	}
	switch {
	case written:
	case s.value != "":
		fmt.Fprintf(b, "%s = %s\n", name, s.value)
	default:
		fmt.Fprintf(b, "#%s = \n", name)
	}
}
