// Package waylight is the tour and the glossary of the house; it holds no code.
//
// Waylight runs the emergency response to a campaign of persecution. It stands
// in two zones. The Front (folder front, program waylight-front) faces the
// public and is blind: it keeps sealed letters until they are collected and
// serves pages that were signed elsewhere. The Desk (folder desk, program
// waylight-desk) is where an organisation works; it always calls the Front,
// never the other way. The tool (program waylight) is for everybody: it sends,
// reads, and runs the demo. What both zones share, the ground, lies in internal
// and can open nothing that was sealed to a Desk.
//
// # The roads
//
// A request: front/internal/letterbox (or the page's script) seals it, spool
// keeps it, desk/internal/courier collects it, intake opens it into a thread,
// cases brings the person to safety. A testimony: by a recorded consent its
// words pass to record, claims are made of them, figures reckons what they say
// together, publish lets out what gives nobody away. A government's reply:
// campaign notes it against what was asked, the scoreboard is derived from it.
// ARCHITECTURE.md walks each road with its files.
//
// # The words
//
// Envelope: a sealed message, an age file. Code: the 32 digits that are a
// sender's only key. Mailbox: where replies to a code lie. Thread: one
// conversation. Safe: a key for something that only assigned people may open,
// and the grants that give it to them. Ledger: the append-only tree of who did
// what. Case, leg, check-in, alert: protection. Source, item, claim, incident,
// deed, finding, statement: the record. Figure, reckoning: a number with its
// bounds and the claims under it. Demand, target, ask, response: the campaign.
// Gateway and guard: the one way out, and what watches it.
package waylight
