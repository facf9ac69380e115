package reactions

// AdviceEdition names the state of what is advised below. It is ours, in our words,
// drawn from what the literature on dangerous speech and counter-speech agrees upon:
// do not repeat the frame, speak to those who listen rather than to the speaker, put
// people before labels, and stay silent where an answer only carries it further.
const AdviceEdition = "2026-11"

// Advice is what a harm does and what helps against it: English sentence keys.
type Advice struct {
	Harm         Harm
	Does         string
	Helps, Avoid []string
}

// Advices lists the advice of this edition.
func Advices() []Advice {
	return []Advice{
		{Dehumanising, "It speaks of people as vermin, sickness or things, so that hurting them seems like cleaning.",
			[]string{"Show them as persons with work, families and names of their own choosing; let those speak who knew them and agreed to it.", "Ask respected voices of the same community to speak: they are heard where we are not."},
			[]string{"Do not repeat the word, not even to deny it: a repeated frame stays."}},
		{Inciting, "It calls for violence, gives reasons for it, or praises those who did it.",
			[]string{"Keep it as evidence at once, with its day and address, before it disappears.", "Tell the platform, and where the law forbids it the prosecutor. Tell those who could be meant, if they can be reached safely."},
			[]string{"Do not share it, do not link to it, and do not answer in the same thread: reach is what it wants."}},
		{Denying, "It says that nothing happened, or that such people do not exist, and makes those who tell of it liars.",
			[]string{"Put the denial beside what contradicts it: numbers with their range and their sources, from the record.", "Say first what is known, then that it is denied, then once more what is known."},
			[]string{"Do not claim more than the record holds: one wrong number proves the denial to those who want to believe it."}},
		{Blaming, "It says that the victims brought it upon themselves, or that their families did.",
			[]string{"Name who acted: the force, the office, the order. What was done was done by somebody.", "Say which right was broken: nobody loses it by how he lives."},
			[]string{"Do not defend the victims by their virtues: then those without virtues would deserve it."}},
		{Turning, "It turns what happened against another people or faith, and makes new victims of it.",
			[]string{"Name institutions and persons in office, never a people or a faith.", "Let people of that community speak who condemn it, or who were hurt by it themselves."},
			[]string{"Do not thank those who support the victims out of hatred of others, and do not quote them."}},
		{Exposing, "It shows names, faces, addresses or ways of escape, or asks others to find them.",
			[]string{"Tell the caseworkers and the security officer first: somebody may have to move today.", "Ask the platform to take it down, without saying whether it is true."},
			[]string{"Do not confirm and do not deny: either tells the hunter what is right."}},
	}
}

// Sentences lists the sentences of the advice, for translation.
func Sentences() []string {
	var out []string
	for _, a := range Advices() {
		out = append(out, a.Does)
		out = append(out, a.Helps...)
		out = append(out, a.Avoid...)
	}
	return out
}
