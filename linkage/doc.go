// Package linkage finds the records that speak of the same person, in one list
// or in many: who is on more than one list, and who is on one list twice.
//
// It is the probabilistic model of Fellegi and Sunter ("A Theory for Record
// Linkage", JASA 1969), fitted by EM without any labelled pair (Winkler, "Using
// the EM Algorithm for Weight Computation", 1988), with frequencies of values
// counted over people, keys learnt from the lists, and clusters that keep to
// what a reviewer and the lists themselves say.
//
// It refuses to guess in silence: a column that it cannot use, a doubled id, a
// wrong encoding is an error; a cluster that hangs on one weak pair is named.
// A missing value is evidence of nothing. The same lists, settings and seed give
// the same answer on every machine.
//
// Mathematics only: it reads from an [io.Reader], writes to an [io.Writer] and
// imports the standard library and golang.org/x/text.
package linkage
