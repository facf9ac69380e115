package caseweb

import "waylight/internal/i18n"

// playbook says what to do on a rung of the ladder. Each step is short enough to be
// read at four in the morning; what depends on the person stands in the case's plan.
func playbook(rung string, duress bool) []string {
	if duress && (rung == "call" || rung == "colleague") {
		return []string{
			i18n.Key("Do not call, do not write, do not go there: somebody may be listening."),
			i18n.Key("Work in two from now on. Read what the plan of the case says for an arrest."),
			i18n.Key("Warn others in the same place, by a way that the person's phone does not know."),
		}
	}
	switch rung {
	case "call":
		return []string{
			i18n.Key("Try the contact that was agreed, twice, ten minutes apart; then the second way."),
			i18n.Key("Say nothing of the case to whoever answers. Wait for the sign."),
			i18n.Key("Write down the time of each try."),
		}
	case "colleague":
		return []string{
			i18n.Key("Work in two from now on: one tries to reach them, one prepares the next steps."),
			i18n.Key("Read what the plan of the case says for when nothing is heard."),
			i18n.Key("Ask the escort and the host whether they have seen them. Do not go there yourself."),
		}
	case "lawyer":
		return []string{
			i18n.Key("Give the lawyer what the plan allows: the name, when they were last heard, where they were."),
			i18n.Key("Ask the lawyer to enquire at police stations and detention centres without saying who asks."),
			i18n.Key("Have the power of attorney and the statement of voluntary departure at hand."),
		}
	case "missing":
		return []string{
			i18n.Key("Decide first whether a report endangers them: police or relatives may be those from whom they fled."),
			i18n.Key("If relatives have reported them missing, the lawyer answers with the statement of voluntary departure."),
			i18n.Key("File through the lawyer. Keep the number, the time and who took it."),
		}
	case "interim":
		return []string{
			i18n.Key("Put down in one page: who, when last heard, what is feared, what was tried, which authority was asked."),
			i18n.Key("The lawyer knows which court or committee can order the state to act at once, and whether this state is bound by it."),
			i18n.Key("Keep what was sent, when, and the proof that it arrived."),
		}
	}
	return []string{
		i18n.Key("Two people decide. What did the person say beforehand about becoming public?"),
		i18n.Key("Ask what it can bring, and whom it can harm: relatives, others in the same place."),
		i18n.Key("Every text passes the gate like any other publication."),
	}
}
