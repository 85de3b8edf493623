// What the theme's table leaves out: its arrows are reached and pressed by the keyboard as well (B11).
for (const cell of document.querySelectorAll("#result_list td[x-on\\:click]")) {
  const arrow = cell.firstElementChild?.matches("span") ? cell.firstElementChild : cell.querySelector("span");
  arrow.setAttribute("role", "button");
  arrow.setAttribute("aria-label", cell.dataset.label);
  arrow.setAttribute("aria-expanded", "false");
  arrow.tabIndex = 0;
  arrow.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    cell.click();
  });
  cell.addEventListener("click", () => {
    arrow.setAttribute("aria-expanded", String(arrow.getAttribute("aria-expanded") === "false"));
  });
}

// The tree lies open beside the table, and closed above it where there is no room beside.
if (matchMedia("(max-width: 1023px)").matches) document.querySelector("[data-tree]")?.removeAttribute("open");

// Each library folds up, and stays as it was left (B5).
for (const button of document.querySelectorAll("[data-fold]")) {
  const place = `cs-fold-${button.getAttribute("aria-controls")}`;
  const fold = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    document.getElementById(button.getAttribute("aria-controls")).hidden = !isOpen;
  };
  if (localStorage.getItem(place) === "closed") fold(false);
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") === "false";
    localStorage.setItem(place, isOpen ? "open" : "closed");
    fold(isOpen);
  });
}
