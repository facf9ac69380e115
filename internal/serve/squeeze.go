package serve

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// Squeeze sends pages as gzip to browsers that take it: on a slow line a form
// comes four times sooner. It is for pages that hold no secret beside what a
// stranger could put in (BREACH, Gluck, Harris and Prado 2013), so only for
// answers to GET; the answer to a form is never squeezed.
func Squeeze(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		s := &squeezed{ResponseWriter: w}
		defer s.close()
		next.ServeHTTP(s, r)
	})
}

var squeezers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// squeezed decides at the header whether what follows is worth it.
type squeezed struct {
	http.ResponseWriter
	begun bool
	gzip  *gzip.Writer
}

// Unwrap is for http.ResponseController.
func (s *squeezed) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *squeezed) WriteHeader(status int) {
	if s.begun {
		return
	}
	s.begun = true
	h := s.Header()
	h.Add("Vary", "Accept-Encoding")
	if status == http.StatusOK && strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Content-Encoding") == "" {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		s.gzip = squeezers.Get().(*gzip.Writer)
		s.gzip.Reset(s.ResponseWriter)
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *squeezed) Write(b []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	if s.gzip != nil {
		return s.gzip.Write(b)
	}
	return s.ResponseWriter.Write(b)
}

func (s *squeezed) close() {
	if s.gzip != nil {
		s.gzip.Close() //nolint:errcheck // the reader went away
		squeezers.Put(s.gzip)
	}
}
