// Package estimate says how many people are on none of several lists, from who
// is on more than one: multiple systems estimation.
//
// It is mathematics only. It reads a table of lists ([Read]) and returns a
// [Result] per method: log-linear models ([LogLinear]), averaging over
// decomposable graphs ([Decomposable]), the latent-class model
// ([LatentClass]) and Chao's lower bound ([Chao]). Every result carries its
// assumptions, its warnings and the sentence that says when it must not be
// published.
//
// It refuses: to give an interval where two answers fit alike, where parallel
// chains disagree, or where the best model has no finite estimate. It knows no
// names, no files and no clock, keeps no global state, and the same seed gives
// the same numbers. It imports the standard library only.
package estimate
