package spool

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Bucket says which bucket of an S3-compatible store keeps the chunks. The
// store itself notes the exact time of every object.
type Bucket struct {
	Endpoint string // "https://s3.example.org"
	Name     string
	Region   string // empty: us-east-1, which stores without regions take
	Key      string // access key
	Secret   string
	Clock    clock.Clock // nil: the machine's
	HTTP     *http.Client
}

// bucket keeps a chunk as the object UPLOAD/INDEX.
type bucket struct {
	Bucket
	base *url.URL
}

// OpenBucket makes the seam to a bucket and proves it with a small object: that
// the key may write, list and delete there, and that the store keeps the first
// of two writers of one name.
func OpenBucket(b Bucket) (Chunks, error) {
	base, err := url.Parse(b.Endpoint)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || strings.Trim(base.Path, "/") != "" || b.Name == "" {
		return nil, errors.New("the S3 store's address must look like https://s3.example.org, and it needs the name of a bucket")
	}
	if b.Region == "" {
		b.Region = "us-east-1"
	}
	if b.Clock == nil {
		b.Clock = clock.System()
	}
	if b.HTTP == nil {
		b.HTTP = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16, Proxy: http.ProxyFromEnvironment}}
	}
	s := &bucket{b, base}
	return s, s.prove()
}

func (s *bucket) prove() error {
	var probe ID
	rand.Read(probe[:])
	if err := s.Put(probe, 0, []byte("waylight")); err != nil {
		return fmt.Errorf("trying the S3 store: %w", err)
	}
	defer s.Delete(probe)
	if err := s.Put(probe, 0, []byte("another")); !errors.Is(err, ErrConflict) {
		return errors.New("trying the S3 store: it replaces an object although asked not to (If-None-Match); this Front cannot use it")
	}
	if have, err := s.Have(probe); err != nil || !slices.Equal(have, []int{0}) {
		return errors.Join(errors.New("trying the S3 store: it does not list what it holds"), err)
	}
	return s.Delete(probe)
}

func name(upload ID, index int) string { return upload.String() + "/" + strconv.Itoa(index) }

// answer is the status and body of one request to the store.
type answer struct {
	status int
	body   []byte
}

// ask signs and sends a request; one that failed on the way or at the store is
// sent again twice. All of them may be repeated. limit bounds the answer.
func (s *bucket) ask(method, key string, query url.Values, header http.Header, body []byte, limit int64) (answer, error) {
	var last error
	for try := range 3 {
		if try > 0 {
			time.Sleep(time.Duration(try) * 200 * time.Millisecond)
		}
		got, err := s.once(method, key, query, header, body, limit)
		if err == nil && got.status < 500 && got.status != http.StatusTooManyRequests {
			return got, nil
		}
		if last = err; err == nil {
			last = s.refusal(method, got)
		}
	}
	return answer{}, last
}

func (s *bucket) once(method, key string, query url.Values, header http.Header, body []byte, limit int64) (answer, error) {
	u := *s.base
	u.Path = "/" + s.Name + "/" + key
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	req, err := http.NewRequest(method, u.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	signRequest(req, body, s.Bucket)
	res, err := s.HTTP.Do(req)
	if err != nil {
		return answer{}, errors.New("the S3 store does not answer") // the cause names it
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil || int64(len(text)) > limit {
		return answer{}, errors.New("the S3 store's answer broke off or is too long")
	}
	return answer{res.StatusCode, text}, nil
}

// refusal keeps the store's short code, which names neither bucket nor key.
func (s *bucket) refusal(method string, a answer) error {
	var e struct{ Code string }
	_ = xml.Unmarshal(a.body, &e) // an empty answer has no code
	return fmt.Errorf("the S3 store answered %s with %d %s", method, a.status, e.Code)
}

const maxListing = 8 << 20

func (s *bucket) Put(upload ID, index int, sealed []byte) error {
	a, err := s.ask(http.MethodPut, name(upload, index), nil, http.Header{
		"If-None-Match": {"*"}, "Content-Type": {"application/octet-stream"},
	}, sealed, maxListing)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusOK:
		return nil
	case a.status == http.StatusPreconditionFailed || a.status == http.StatusConflict:
		old, err := s.Get(upload, index)
		if err == nil && !bytes.Equal(old, sealed) {
			err = ErrConflict
		}
		return err
	case a.status == http.StatusInsufficientStorage:
		return ErrFull
	}
	return s.refusal(http.MethodPut, a)
}

func (s *bucket) Get(upload ID, index int) ([]byte, error) {
	a, err := s.ask(http.MethodGet, name(upload, index), nil, nil, nil, 16<<20)
	switch {
	case err != nil:
		return nil, err
	case a.status == http.StatusOK:
		return a.body, nil
	case a.status == http.StatusNotFound:
		return nil, fault.Missing()
	}
	return nil, s.refusal(http.MethodGet, a)
}

// object is one line of a listing.
type object struct {
	Key          string
	LastModified time.Time
}

// list calls each with every object whose name begins with prefix.
func (s *bucket) list(prefix string, each func(object)) error {
	query := url.Values{"list-type": {"2"}, "prefix": {prefix}}
	for {
		a, err := s.ask(http.MethodGet, "", query, nil, nil, maxListing)
		if err != nil {
			return err
		}
		if a.status != http.StatusOK {
			return s.refusal(http.MethodGet, a)
		}
		var page struct {
			Contents              []object
			IsTruncated           bool
			NextContinuationToken string
		}
		if err := xml.Unmarshal(a.body, &page); err != nil {
			return fmt.Errorf("the S3 store's listing: %w", err)
		}
		for _, o := range page.Contents {
			each(o)
		}
		if !page.IsTruncated || page.NextContinuationToken == "" {
			return nil
		}
		query.Set("continuation-token", page.NextContinuationToken)
	}
}

func (s *bucket) Have(upload ID) ([]int, error) {
	have := []int{}
	err := s.list(upload.String()+"/", func(o object) {
		_, number, _ := strings.Cut(o.Key, "/")
		if i, err := strconv.Atoi(number); err == nil {
			have = append(have, i)
		}
	})
	slices.Sort(have)
	return have, err
}

func (s *bucket) Delete(upload ID) error {
	have, err := s.Have(upload)
	for _, i := range have {
		a, failed := s.ask(http.MethodDelete, name(upload, i), nil, nil, nil, maxListing)
		if failed == nil && a.status != http.StatusNoContent && a.status != http.StatusOK && a.status != http.StatusNotFound {
			failed = s.refusal(http.MethodDelete, a)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// Days gives the day of the last chunk of each upload.
func (s *bucket) Days() (map[ID]clock.Day, error) {
	days := map[ID]clock.Day{}
	err := s.list("", func(o object) {
		upload, _, _ := strings.Cut(o.Key, "/")
		if id, err := ParseID(upload); err == nil {
			days[id] = max(days[id], clock.DayOf(o.LastModified))
		}
	})
	return days, err
}

// Free is without end: a store that is full says so itself.
func (s *bucket) Free() (uint64, error) { return math.MaxUint64, nil }
