package estimate

import (
	"encoding/json"
	"math"
)

// A Number is a figure that may be missing: NaN, written as null.
type Number float64

// None is the missing number.
func None() Number { return Number(math.NaN()) }

// Known says whether there is a number.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// MarshalJSON writes null for a missing number.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = None()
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// A Result is what one method says about how many there were in all, those
// whom nobody listed included.
type Result struct {
	Method    string  `json:"method"`              // loglinear, decomposable, latent-class, chao
	Selection string  `json:"selection,omitempty"` // of a log-linear model: bic, aic, stepwise
	Estimate  Number  `json:"estimate"`            // null: refused
	Low       Number  `json:"low"`                 // null: refused, or unknown
	High      Number  `json:"high"`
	Level     float64 `json:"level"`
	Interval  string  `json:"interval"` // how the interval was made
	// Converged is false when the numbers must not be used at all: no model
	// has a finite estimate, or the chains disagree.
	Converged   bool         `json:"converged"`
	Model       string       `json:"model,omitempty"`
	Modes       []Mode       `json:"modes,omitempty"` // two or more answers that fit alike
	Assumptions []string     `json:"assumptions"`
	Warnings    []string     `json:"warnings"`
	DoNot       string       `json:"do_not_publish_when"`
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`

	draws []float64 // of the posterior, or resampled: sorted
}

// A Mode is one of several answers that the lists support about alike.
type Mode struct {
	Estimate float64 `json:"estimate"`
	Weight   float64 `json:"weight"` // its share, 0 to 1
}

// A Diagnostic is one number that tells how far the result can be trusted.
type Diagnostic struct {
	Name  string `json:"name"`
	Value Number `json:"value"`
}

// refused is a result without numbers, and why; what succeeds begins with it.
func refused(method, why string) Result {
	r := Result{Method: method, Estimate: None(), Low: None(), High: None(), Level: 0.95, Interval: "none", Assumptions: assumed[method], DoNot: doNot[method]}
	r.Warnings = []string{}
	if why != "" {
		r.Warnings = append(r.Warnings, why)
	}
	return r
}

// assumed is what must be true for a method's number to mean anything.
var assumed = map[string][]string{
	"loglinear": {
		"Nobody joined or left the people counted while the lists were made.",
		"The same person is recognised on every list, and two persons are never taken for one.",
		"How lists depend on each other is what the chosen model says; the lists together are not more dependent than any model can see.",
		"People are alike in how easily they come onto a list, apart from what the model's terms take up.",
	},
	"decomposable": {
		"Nobody joined or left the people counted while the lists were made.",
		"The same person is recognised on every list, and two persons are never taken for one.",
		"How lists depend on each other is one of the decomposable graphs, each as likely before the lists were seen.",
		"Before the lists were seen, a number N had weight 1/N, up to the bound that is shown.",
	},
	"latent-class": {
		"Nobody joined or left the people counted while the lists were made.",
		"The same person is recognised on every list, and two persons are never taken for one.",
		"People fall into classes; within a class the lists find people independently of each other.",
		"Before the lists were seen, every chance to be listed was as likely as every other, and a number N had weight 1/N.",
	},
	"chao": {
		"Nobody joined or left the people counted while the lists were made.",
		"The same person is recognised on every list, and two persons are never taken for one.",
		"Lists find people independently of each other, apart from some people being easier to find than others. It is a lower bound then.",
	},
}

// doNot is the sentence that stands beside a number.
var doNot = map[string]string{
	"loglinear":    "Do not publish when two modes are shown, when the interval is missing, when another method's interval lies apart from this one, or when the lists were made from one another.",
	"decomposable": "Do not publish when two modes are shown, when the answer moves with delta or with the bound on N, or when the lists were made from one another.",
	"latent-class": "Do not publish when the chains disagree, when two modes are shown, or when the lists were made from one another.",
	"chao":         "Do not publish as an estimate: it is a floor, and not even that when being on one list keeps people off another.",
}
