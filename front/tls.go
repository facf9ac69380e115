package front

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// secureDoor gives the Front TLS of its own, with certificates that it fetches
// and renews by itself (ACME). Keys and certificates lie in the folder "acme".
type secureDoor struct {
	manager *autocert.Manager
}

func openSecureDoor(c Config) (*secureDoor, error) {
	client := &acme.Client{DirectoryURL: c.ACMEDirectory}
	if c.ACMERoots != "" {
		text, err := os.ReadFile(c.ACMERoots)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("acme-roots: %s holds no certificate", c.ACMERoots)
		}
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		client.HTTPClient = &http.Client{Transport: t}
	}
	return &secureDoor{&autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(c.Folder, "acme")),
		HostPolicy: autocert.HostWhitelist(c.ACME...), Client: client,
	}}, nil
}

// listener speaks TLS on l, with HTTP/2, and answers the authority's questions
// (TLS-ALPN-01) there too. Names that are not ours get no answer.
func (d *secureDoor) listener(l net.Listener) net.Listener {
	c := d.manager.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	return tls.NewListener(l, c)
}

// plain answers on the port without TLS: the authority's questions (HTTP-01),
// and everybody else is led to TLS.
func (d *secureDoor) plain(names []string) http.Handler {
	return d.manager.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		host := names[0] // never what the visitor says
		for _, n := range names {
			if r.Host == n {
				host = n
			}
		}
		http.Redirect(w, r, "https://"+host+r.URL.EscapedPath(), http.StatusMovedPermanently)
	}))
}

func setACME(c *Config, _ *Organisation, v string) error {
	for name := range strings.SplitSeq(v, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if strings.ContainsAny(name, "/: *") || strings.Trim(name, ".") != name || name == "" {
			return errors.New("must be the server's names, such as help.example.org")
		}
		c.ACME = append(c.ACME, name)
	}
	c.HTTPS = true
	return nil
}
