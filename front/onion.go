package front

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"waylight/internal/onion"
)

// The seeds of the onion services' keys. The addresses depend on them: whoever
// has a copy can take the Front's place, who loses them must print new posters.
const (
	onionSeed      = "onion.seed"
	hatchOnionSeed = "hatch-onion.seed"
)

// onionDoor is the way in through Tor: sockets that tor connects to, and the
// keeper that has it publish them. The hatch has an address of its own, which
// tor shows to authorised Desks only; the public one never leads to it.
type onionDoor struct {
	public, hatch string // addresses; hatch is empty without authorised Desks
	doors         []door
	keeper        *onion.Keeper
}

// clients are the public keys of the Desks that come by onion.
func (c Config) clients() []string {
	var keys []string
	for _, o := range c.Organisations {
		if o.Client != "" {
			keys = append(keys, o.Client)
		}
	}
	return keys
}

// hatchByOnionOnly says that no Desk needs the hatch at the address of the
// visitors: each of them has its way through Tor.
func (c Config) hatchByOnionOnly() bool {
	return c.Onion && len(c.Organisations) > 0 && len(c.clients()) == len(c.Organisations)
}

// openOnion makes what is missing of seeds and sockets.
func openOnion(c Config, public, desks http.Handler, ready *shelf, log *slog.Logger) (*onionDoor, error) {
	sockets := c.OnionSockets
	if sockets == "" {
		sockets = c.Folder
	}
	sockets, err := filepath.Abs(sockets)
	if err != nil {
		return nil, err
	}
	o := &onionDoor{keeper: &onion.Keeper{Control: c.TorControl, Log: log}}
	open := func(name, seed string, h http.Handler, ready *shelf, s onion.Service) (string, error) {
		path := filepath.Join(sockets, name)
		if len(path) > 107 || strings.ContainsAny(path, " \t\"\\") {
			return "", fmt.Errorf("onion-sockets: the path %s is too long or has a space in it; choose a shorter folder", path)
		}
		if s.Key, err = openOnionKey(filepath.Join(c.Folder, seed)); err != nil {
			return "", err
		}
		l, err := listen("unix:" + path)
		if err != nil {
			return "", err
		}
		s.Target = "unix:" + path
		o.doors = append(o.doors, door{l, h, ready})
		o.keeper.Services = append(o.keeper.Services, s)
		return s.Key.Address(), nil
	}
	if o.public, err = open("onion.sock", onionSeed, public, ready, onion.Service{Work: true}); err != nil {
		return o, err
	}
	if clients := c.clients(); len(clients) > 0 {
		o.hatch, err = open("hatch.sock", hatchOnionSeed, desks, nil, onion.Service{Clients: clients})
	}
	return o, err
}

// openOnionKey reads a seed, or makes it at the first start.
func openOnionKey(path string) (onion.Key, error) {
	seed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		seed = onion.NewSeed()
		err = writeSeed(path, seed)
	}
	if err != nil {
		return onion.Key{}, err
	}
	k, err := onion.NewKey(seed)
	if err != nil {
		return k, fmt.Errorf("%s is damaged: bring it back from a copy (or remove it, and the onion address changes for good)", path)
	}
	return k, nil
}

// writeSeed writes all of it or nothing: half a seed would be another address.
func writeSeed(path string, seed []byte) error {
	part := path + ".new"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(seed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Onions are the addresses of the onion services, for visitors and for
// authorised Desks; empty where there is none.
func (f *Front) Onions() (public, hatch string) {
	if f.onion == nil {
		return "", ""
	}
	return f.onion.public, f.onion.hatch
}

// OnionUp reports whether tor has told the network of the public onion service.
func (f *Front) OnionUp() bool { return f.onion != nil && f.onion.keeper.Up() }

// location says which onion address the clear site tells its visitors of at
// this moment. Our own is not named while it is down: nobody is sent to a door
// that does not open.
func (f *Front) location(c Config) func() string {
	switch {
	case c.OnionLocation == "":
		return nil
	case c.OnionLocation != "yes":
		return func() string { return strings.TrimSuffix(c.OnionLocation, "/") }
	}
	return func() string {
		if !f.OnionUp() {
			return ""
		}
		return "http://" + f.onion.public
	}
}

// announce puts the header on the clear site's pages that Tor Browser reads. The
// answer to a form has none: a browser that follows it would lose what the page says.
func announce(next http.Handler, location func() string) http.Handler {
	if location == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := location(); at != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			w.Header().Set("Onion-Location", at+r.URL.EscapedPath())
		}
		next.ServeHTTP(w, r)
	})
}
