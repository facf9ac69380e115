package record

import "strconv"

// Reason is a sentence with its particulars: an English key for translation and plain texts.
type Reason struct {
	Text string   `json:"text"`
	Args []string `json:"args,omitempty"`
}

// Because makes a Reason.
func Because(text string, args ...string) Reason { return Reason{Text: text, Args: args} }

// Speaker is somebody's language, such as i18n.Words.
type Speaker interface {
	T(key string, args ...any) string
	Number(n int64) string
}

// In says the reason in a language, with its numbers as that language writes them.
func (r Reason) In(w Speaker) string {
	if r.Text == "" {
		return ""
	}
	args := make([]any, len(r.Args))
	for i, a := range r.Args {
		args[i] = a
		if n, err := strconv.ParseInt(a, 10, 64); err == nil {
			args[i] = w.Number(n)
		}
	}
	return w.T(r.Text, args...)
}
