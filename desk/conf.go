package desk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const confFile = "desk.conf"

type conf struct {
	listen                string
	pullEvery             time.Duration
	lockAfter             time.Duration
	bell                  string
	bellLocked, bellEvery time.Duration
	cert, key             string

	proxy, torControl, public, stamps, stampRoots string
	feeds                                         bool // fetch feeds of statements and press
	captures                                      Captures
	captureProxy, captureBrowser                  string
}

func writeConf(dir, listen string) error {
	text := `# Waylight Desk. Lines are "name = value"; a line that begins with # is not read.
# Nothing in this file is secret.

# Where the pages are served. Keep it on this machine or inside your own network.
listen = ` + listen + `

# Time between calls at the Front.
pull-every = 5s

# Call the Front through Tor: nobody who watches this machine's line sees which
# Front it has. Needed when the Front's address ends with .onion.
# front-proxy = socks5h://127.0.0.1:9050

# Where that tor takes orders: the Desk gives it the key to the hatch's onion
# service while it is unlocked. "none", when tor has the key from its own folder.
# tor-control = unix:/run/tor/control

# Where visitors come, when that is not where the Desk calls. The Desk looks at it
# as a stranger, through front-proxy where there is one, and says when keys, pages
# or script are not as they were signed.
# front-public = https://help.example.org

# Have the time of evidence confirmed by authorities (RFC 3161), separated by
# spaces, once an hour and through front-proxy when it is set. They get one
# number that tells nothing of the files; they see this machine's address, or
# Tor's. The file holds the root certificates that you trust for it (PEM).
# time-stamps = https://tsa.example.org/
# time-stamp-roots = /etc/waylight/stamp-roots.pem

# Fetch feeds (RSS, Atom) of statements and press that advocates have added, every
# three hours, through front-proxy when it is set. Whoever keeps a feed sees this
# machine's address, or Tor's. Only addresses of the public internet are fetched.
# feeds = yes

# Take pages of the web as evidence, each when a documenter asks for it and says
# that the site may learn of it. "page": without a browser. "still": also with
# Chromium, behind a fence of the kernel (Linux 5.13 or later) that keeps it from
# the Desk's files, and with no script running. "browser": also with the page's
# scripts, so that strangers' programs run on this machine: think about it. The site sees this machine's address, or that of the proxy;
# captures-proxy takes the place of front-proxy for them.
# captures = page
# captures-proxy = socks5h://127.0.0.1:9050
# captures-browser = /usr/bin/chromium

# Lock by itself when nobody has been signed in for this long. While the Desk is
# locked nothing is fetched, no check-in is watched and nothing escalates, so
# the usual choice is never: lock by the button, or with: kill -USR1
# lock-after = 12h

# A program that is run, with no arguments, when somebody must look at the Desk:
# somebody is called and nobody has taken it; or the Desk is locked, and it has
# been for bell-locked, or a time is reached at which somebody would have been
# called. It may make a noise or send a text message. It is told nothing, and no
# message should say more than "please look". Without it a locked Desk is silent.
# bell = /usr/local/bin/ring
# bell-locked = 15m
# bell-every = 15m

# Certificate and key, when the Desk is reached over a network by its own name.
# tls-certificate = /etc/waylight/desk.crt
# tls-key = /etc/waylight/desk.key
`
	return os.WriteFile(filepath.Join(dir, confFile), []byte(text), 0o600)
}

func (c *conf) setCaptures(v string) error {
	switch v {
	case "no":
		c.captures = NoCaptures
	case string(PageCaptures), string(StillCaptures), string(AllCaptures):
		c.captures = Captures(v)
	default:
		return errors.New("write no, page, still or browser")
	}
	return nil
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
	yes := func(into *bool) func(string) error {
		return func(v string) error {
			if v != "yes" && v != "no" {
				return errors.New("write yes or no")
			}
			*into = v == "yes"
			return nil
		}
	}
	settings := map[string]func(string) error{"listen": text(&c.listen), "pull-every": duration(&c.pullEvery), "lock-after": duration(&c.lockAfter), "bell": text(&c.bell), "bell-locked": duration(&c.bellLocked), "bell-every": duration(&c.bellEvery),
		"tls-certificate": text(&c.cert), "tls-key": text(&c.key), "front-proxy": text(&c.proxy), "tor-control": text(&c.torControl), "time-stamps": text(&c.stamps), "time-stamp-roots": text(&c.stampRoots), "front-public": text(&c.public), "feeds": yes(&c.feeds), "captures": c.setCaptures, "captures-proxy": text(&c.captureProxy), "captures-browser": text(&c.captureBrowser)}
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		set := settings[strings.TrimSpace(name)]
		if !ok || set == nil {
			return c, fmt.Errorf("%s, line %d: there is no such setting; there are listen, pull-every, lock-after, bell, bell-locked, bell-every, tls-certificate, tls-key, front-proxy, tor-control, time-stamps, time-stamp-roots, front-public, feeds, captures, captures-proxy, captures-browser", confFile, i+1)
		}
		if err := set(strings.TrimSpace(value)); err != nil {
			return c, fmt.Errorf("%s, line %d: %w", confFile, i+1, err)
		}
	}
	if (c.cert == "") != (c.key == "") {
		return c, fmt.Errorf("%s: tls-certificate and tls-key belong together", confFile)
	}
	if (c.stamps == "") != (c.stampRoots == "") {
		return c, fmt.Errorf("%s: time-stamps and time-stamp-roots belong together", confFile)
	}
	return c, nil
}
