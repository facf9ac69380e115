// The second script: what files give away, the choice for each, and the voice
// message, and the slow cipher for browsers that keep their own from pages on
// plain HTTP. It has no sentence of its own; the page's template has them.
export { gcm } from "@noble/ciphers/aes.js";
export { look } from "./papers/look.js";
export { panel } from "./papers/panel.js";
