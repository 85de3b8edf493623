// The tree lies open beside the table, and closed above it where there is no room beside.
if (matchMedia("(max-width: 1023px)").matches) document.querySelector("[data-tree]")?.removeAttribute("open");
