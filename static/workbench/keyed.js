/**
 * Makes the children of `list` match `items`: nodes are kept by key and moved only when the order changed,
 * so focus, hover and scroll stay where they are.
 */
export function keyed(list, items, { key, create, update }) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const kept = new Set(items.map((item) => String(key(item))));
  let place = list.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let node = old.get(id);
    old.delete(id);
    if (!node) {
      node = create(item);
      node.dataset.key = id;
    }
    update(node, item);
    while (place && !kept.has(place.dataset.key)) place = place.nextElementSibling;
    if (place === node) place = node.nextElementSibling;
    else move(list, node, place);
  }
  for (const node of old.values()) node.remove();
}

function move(list, node, place) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(node, place);
  focused?.focus({ preventScroll: true });
}

/** Marks the one of a list that is open. */
export function setCurrent(node, isCurrent) {
  if (isCurrent) node.setAttribute("aria-current", "true");
  else node.removeAttribute("aria-current");
}

/** Sets a text only when it changed: no needless layout, no needless announcement. */
export function setText(node, value) {
  if (node.textContent !== value) node.textContent = value;
}
