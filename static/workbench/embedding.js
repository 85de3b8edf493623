// Inside another site the login is a key, `{login, member}`, which embedded.js fills in before the workbench is loaded:
// there are no cookies there. On our own page this stays empty.
export const embedded = {};
