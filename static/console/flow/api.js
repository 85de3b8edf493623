// Talking to the server: JSON out, JSON in. What is wrong arrives as an Error with a text for people.
export function makeApi(urls, token, words) {
  return async function ask(name, body = {}) {
    let answer, told;
    try {
      answer = await fetch(urls[name], {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(body),
      });
      told = await answer.json();
    } catch {
      throw new Error(words("failed"));
    }
    if (!answer.ok) throw Object.assign(new Error(told.error ?? words("failed")), { status: answer.status, told });
    return told;
  };
}
