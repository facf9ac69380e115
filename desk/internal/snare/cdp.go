package snare

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// maxMessage bounds what the browser may say at once: a picture or a page in one file.
const maxMessage = 256 << 20

// cdp speaks with a browser over a pipe (--remote-debugging-pipe): messages in
// JSON, each ended by a zero byte. No port is opened for it.
type cdp struct {
	in io.Writer

	mu    sync.Mutex
	last  int
	wait  map[int]chan message
	ended error
}

type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

var errGone = errors.New("snare: the browser is gone")

// listen reads what the browser says until it ends; events go to on.
func (c *cdp) listen(r io.Reader, on func(message)) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxMessage)
	s.Split(func(data []byte, end bool) (int, []byte, error) {
		for i, b := range data {
			if b == 0 {
				return i + 1, data[:i], nil
			}
		}
		if end {
			return len(data), nil, nil
		}
		return 0, nil, nil
	})
	for s.Scan() {
		var m message
		if json.Unmarshal(s.Bytes(), &m) != nil {
			continue
		}
		if m.Method != "" {
			on(m)
			continue
		}
		c.mu.Lock()
		w := c.wait[m.ID]
		delete(c.wait, m.ID)
		c.mu.Unlock()
		if w != nil {
			w <- m
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = errGone
	for id, w := range c.wait {
		close(w)
		delete(c.wait, id)
	}
}

// post sends a message; the answer, if somebody wants it, comes to the channel.
func (c *cdp) post(session, method string, params any) (chan message, error) {
	p, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	c.last++
	w := make(chan message, 1)
	c.wait[c.last] = w
	b, err := json.Marshal(message{ID: c.last, Session: session, Method: method, Params: p})
	if err != nil {
		return nil, err
	}
	_, err = c.in.Write(append(b, 0))
	return w, err
}

// call sends a message and waits for its answer.
func (c *cdp) call(ctx context.Context, session, method string, params, out any) error {
	w, err := c.post(session, method, params)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case m, ok := <-w:
		switch {
		case !ok:
			return errGone
		case m.Error != nil:
			return fmt.Errorf("snare: %s: %s", method, m.Error.Message)
		case out == nil:
			return nil
		}
		return json.Unmarshal(m.Result, out)
	}
}

// none is an empty list of parameters.
type none struct{}
