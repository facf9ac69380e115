package estimate

// A Prior says what the latent-class model believes about the chance of being
// on a list before the lists are seen.
type Prior string

const (
	// ByLists is Uniform up to ten lists and Pooled from eleven on.
	ByLists Prior = ""
	// Uniform takes every chance for equally likely (Manrique-Vallier 2016). With
	// many lists that says beforehand that almost nobody is missed.
	Uniform Prior = "uniform"
	// Pooled learns from the lists how chances are spread.
	Pooled Prior = "pooled"
)

// fewLists is the largest number of lists with a uniform prior: with ten, a
// class drawn from it misses one in a thousand on average, with 25 one in
// thirty million.
const fewLists = 10

func (s Settings) pooled(lists int) bool {
	return s.Prior == Pooled || s.Prior == ByLists && lists > fewLists
}

func priorName(pooled bool) Prior {
	if pooled {
		return Pooled
	}
	return Uniform
}
