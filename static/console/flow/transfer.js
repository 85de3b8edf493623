// Import and export: the flow's JSON (docs/flow.md) as a file.
export function exportFile(graph, name) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(graph, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${name || "flow"}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The chosen file's content as the server understands it: {graph, problems}. Raises with a text for people. */
export async function importFile(file, ask, words) {
  let graph;
  try {
    graph = JSON.parse(await file.text());
  } catch {
    throw new Error(words("notJson"));
  }
  return ask("review", { graph });
}
