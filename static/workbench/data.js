/** What the server wrote into the page under this id. */
export const data = (id) => JSON.parse(document.getElementById(id).textContent);
