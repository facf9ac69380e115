package desk

// Locales lets the storybook speak every room's words.
var Locales = locales
