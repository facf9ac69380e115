package envelope

import "strings"

// EncodeAs is Encode with filling, so that the message has the size class of
// another one: two mailboxes that get messages of one size cannot be told apart.
// A message that is larger keeps its own class.
func (m Message) EncodeAs(class int) (Plaintext, error) {
	m.Fill = ""
	p, err := m.Encode()
	if err != nil || len(p) >= class {
		return p, err
	}
	body, err := unpad(p)
	if err != nil {
		return nil, err
	}
	// Any length within the class will do; half of the way from the class below is in it.
	const field = len(`,"fill":""`)
	m.Fill = strings.Repeat(" ", max(0, class-prefix-len(body)-field))
	return m.Encode()
}
