package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is where assets are served.
const Prefix = "/static/"

//go:embed static/*
var static embed.FS

// Assets are files served under a name that carries their content's hash, so
// that a browser may keep them for ever and never shows an old one.
type Assets struct {
	paths map[string]string // name → address
	files map[string]asset  // address → file
}

type asset struct {
	kind              string
	plain, gzip, brot []byte // brot is empty where no file.br lies beside
}

// LoadAssets reads all files in the top folder of fsys, or in its folder static.
// A file.br is the Brotli form of the file beside it and has no address of its own.
func LoadAssets(fsys fs.FS) (*Assets, error) {
	a := &Assets{paths: map[string]string{}, files: map[string]asset{}}
	for _, pattern := range []string{"*.*", "static/*.*"} {
		files, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			b, err := fs.ReadFile(fsys, f)
			if err != nil {
				return nil, err
			}
			if path.Ext(f) == ".br" {
				continue
			}
			brot, err := fs.ReadFile(fsys, f+".br")
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			if err := a.add(path.Base(f), b, brot); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

func (a *Assets) add(name string, b, brot []byte) error {
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	address := Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	kind := mime.TypeByExtension(ext)
	switch ext { // not left to the machine's own tables
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".svg":
		kind = "image/svg+xml"
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	a.paths[name] = address
	a.files[address] = asset{kind: kind, plain: b, gzip: z.Bytes(), brot: brot}
	return nil
}

// Ground is the stylesheet, icon and script that both zones share.
func Ground() *Assets { return ground() }

var ground = sync.OnceValue(func() *Assets {
	a, err := LoadAssets(static)
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return a
})

// Path gives the address of a file by its plain name.
func (a *Assets) Path(name string) (string, bool) {
	p, ok := a.paths[name]
	return p, ok
}

// Bytes gives a file's content by its plain name, for tests and for pages that
// travel with their own copy.
func (a *Assets) Bytes(name string) []byte { return a.files[a.paths[name]].plain }

// Handler serves the files under Prefix. With forget the browser is told to keep
// no copy: on the Front a cached file would show that someone was there.
func (a *Assets) Handler(forget bool) http.Handler { return Serve(forget, a) }

// Serve serves several sets of files under Prefix.
func Serve(forget bool, sets ...*Assets) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, a := range sets {
			if f, ok := a.files[r.URL.Path]; ok {
				f.serve(w, r, forget)
				return
			}
		}
		http.NotFound(w, r)
	})
}

func (f asset) serve(w http.ResponseWriter, r *http.Request, forget bool) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if forget {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	accept := r.Header.Get("Accept-Encoding")
	switch {
	case len(f.brot) > 0 && strings.Contains(accept, "br"):
		h.Set("Content-Encoding", "br")
		body = f.brot
	case len(f.gzip) < len(f.plain) && strings.Contains(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body) //nolint:errcheck // the reader went away
	}
}
