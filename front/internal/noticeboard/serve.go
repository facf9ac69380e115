package noticeboard

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"waylight/internal/bundle"
)

// The paths of what is public.
const (
	PathPages    = "/p/{path...}"
	PathManifest = "/p/manifest"                // of the first organisation
	PathOthers   = "/p/manifest/{organisation}" // of the one with this ID
	PathKeys     = "/w/v1/keys"                 // the current notes, as JSON
	PathLog      = "/w/v1/keylog"               // every note ever posted, of the first organisation
	PathLogs     = "/w/v1/keylog/{organisation}"
)

// policy lets a published page show text, style and pictures of this server.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// public serves a view.
type public struct {
	*View
	missing http.Handler // answers for what is not there
}

// Register adds the public routes to mux. missing answers for what is not there.
func (v *View) Register(mux *http.ServeMux, missing http.Handler) {
	b := public{v, missing}
	mux.HandleFunc("GET "+PathPages, b.page)
	mux.HandleFunc("GET "+PathManifest, b.manifest)
	mux.HandleFunc("GET "+PathOthers, b.manifest)
	mux.HandleFunc("GET "+PathKeys, b.keys)
	mux.HandleFunc("GET "+PathLog, b.log)
}

// Logs adds the key logs of all organisations of a view to mux.
func Logs(mux *http.ServeMux, v *View) {
	mux.HandleFunc("GET "+PathLogs, public{v, http.NotFoundHandler()}.log)
}

// headers are what goes before a page's bytes: the same for every reader, so they
// are made once. Nobody may change their values.
func (p page) headers() http.Header {
	return http.Header{
		"Content-Security-Policy": {policy},
		"Content-Type":            {p.Type},
		"Content-Length":          {strconv.Itoa(len(p.body))},
		"Etag":                    {`"` + p.SHA256 + `"`},
		"Cache-Control":           {"no-cache"},
		"Link":                    {`<` + PathManifest + `>; rel="describedby"`},
	}
}

func (b public) page(w http.ResponseWriter, r *http.Request) {
	p, ok := b.find(r.PathValue("path"))
	if !ok {
		b.missing.ServeHTTP(w, r)
		return
	}
	maps.Copy(w.Header(), p.header)
	if r.Header.Get("If-None-Match") == p.header["Etag"][0] {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(p.body)
}

func (b public) manifest(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("organisation")
	if id == "" && len(b.shows) > 0 {
		id = bundle.ID(b.shows[0].Key)
	}
	m, ok := b.board.shown.Load().manifests[id]
	if !ok || !slices.ContainsFunc(b.shows, func(o Organisation) bool { return bundle.ID(o.Key) == id }) {
		b.missing.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte(m.Note))
}

// notes is the JSON form of a list of signed notes.
type notes struct {
	Notes []string `json:"notes"`
}

func (b public) keys(w http.ResponseWriter, _ *http.Request) {
	all := notes{Notes: []string{}}
	for _, k := range b.Channels() {
		all.Notes = append(all.Notes, k.Note)
	}
	write(w, all)
}

func (b public) log(w http.ResponseWriter, r *http.Request) {
	for i, o := range b.shows {
		if id := r.PathValue("organisation"); id == bundle.ID(o.Key) || id == "" && i == 0 {
			l, err := b.board.Log(r.Context(), o.Key)
			if err != nil {
				http.Error(w, "Please try again.", http.StatusServiceUnavailable)
				return
			}
			write(w, l)
			return
		}
	}
	b.missing.ServeHTTP(w, r)
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	json.NewEncoder(w).Encode(v)
}
