// The second script, papers.js: it is loaded when somebody chooses a file or
// records. Its hash is built into this one, so that the browser runs no other,
// and whoever has checked this script has checked both.

/* global WAYLIGHT_PAPERS */ // "sha256-…", set by the build

// second gives what papers.js exports; it may be asked again after a broken line.
export function second() {
  return new Promise((done, failed) => {
    if (window.waylightPapers) return done(window.waylightPapers);
    const s = document.createElement("script");
    s.src = document.querySelector("[data-papers]").getAttribute("data-papers");
    s.integrity = WAYLIGHT_PAPERS;
    s.onload = () => done(window.waylightPapers);
    s.onerror = () => failed(Error("offline"));
    return document.head.appendChild(s);
  });
}
