package desk

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/store"
	"waylight/internal/onion"
)

// throughProxy makes the way to the Front through a proxy and by no other.
func throughProxy(proxy string) (*http.Transport, error) {
	u, err := url.Parse(proxy)
	if err != nil || u.Scheme != "socks5h" && u.Scheme != "socks5" || u.Host == "" {
		return nil, errors.New("front-proxy must look like socks5h://127.0.0.1:9050")
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = http.ProxyURL(u)
	return t, nil
}

// transport is the way to a Front. An onion address without a proxy leads
// nowhere, and must not be asked for at a name server.
func transport(given http.RoundTripper, front string) http.RoundTripper {
	if given == nil && onionOf(front) != "" {
		return noWay{}
	}
	return given
}

type noWay struct{}

func (noWay) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("its address is an onion address: write front-proxy = socks5h://127.0.0.1:9050 into %s and start the Desk again", confFile)
}

// onionOf is the onion address in a Front's address, or empty.
func onionOf(front string) string {
	u, err := url.Parse(front)
	if err != nil || !strings.HasSuffix(u.Hostname(), onion.Suffix) {
		return ""
	}
	return u.Hostname()
}

// visitor lets our tor into the hatch's onion service; nil when there is none.
func (r *rooms) visitor() *onion.Visitor {
	address := onionOf(r.id.Front)
	if address == "" || r.cfg.TorControl == "none" {
		return nil
	}
	return &onion.Visitor{Control: r.cfg.TorControl, Address: address, Key: r.id.Client, Log: r.cfg.Log}
}

// frontVerb shows what the Front's configuration needs, and moves to another address.
func frontVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "front")
	who := t.identified(set, "who asks; a security officer")
	address := set.String("address", "", "call at this address from the next unlocking on, such as http://….onion")
	if err := set.Parse(args); err != nil {
		return err
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	r := d.rooms()
	if *address != "" {
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return admin.Move(ctx, tx, actor, *address) }); err != nil {
			return err
		}
		r.id.Front = *address
		fmt.Fprintf(t.out, "the Desk calls at the new address when it has been locked and unlocked\n")
	}
	fmt.Fprintf(t.out, "the Front's hatch: %s\n\nFor the Front's configuration:\norganisation-key = %s\nhatch-key = %s\n# only with an onion service:\nhatch-client-auth = %s\n",
		r.id.Front, base64.StdEncoding.EncodeToString(r.id.PublicKey()), base64.StdEncoding.EncodeToString(r.id.Hatch.Public()), r.id.Client.Public())
	return nil
}
