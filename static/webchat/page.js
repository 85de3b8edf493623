// What the server says about this page: channel, language, strings, addresses. And what the address says of the visitor.
import { text } from "../messages/dom.js";

export const page = JSON.parse(document.getElementById("page").textContent);

export const strings = page.strings;

/** A visible string, with {names} filled in. */
export const t = (key, values) => text(strings, key, values);

export const $ = (id) => document.getElementById(id);

/** #userID=…&userSig=… of a native app's web view or a mini-program: taken out of the address at once. */
export const user = signedUser();

function signedUser() {
  const said = new URLSearchParams(location.hash.slice(1));
  const [userID, userSig] = [said.get("userID"), said.get("userSig")];
  if (!userSig) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return { userID, userSig };
}
