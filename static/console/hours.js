/** Work hours: a further range of a day, one fewer, and days that are not worked go quiet. M50 */

function quiet(day) {
  const isOn = day.querySelector("input[type=checkbox]").checked;
  day.classList.toggle("cs-hours-off", !isOn);
  for (const part of day.querySelectorAll("input[type=time], button")) part.disabled = !isOn;
}

function tidy(box) {
  for (const day of box.querySelectorAll("[data-day]")) {
    const ranges = day.querySelectorAll("[data-range]");
    for (const button of day.querySelectorAll("[data-remove]")) button.hidden = ranges.length === 1;
    day.querySelector("[data-add]").hidden = ranges.length >= Number(box.dataset.most);
    quiet(day);
  }
}

function add(day) {
  const ranges = day.querySelector("[data-ranges]");
  const range = ranges.lastElementChild.cloneNode(true);
  const [start, end] = range.querySelectorAll("input");
  start.value = end.value === "00:00" ? "" : end.value;
  end.value = "";
  ranges.append(range);
  end.focus();
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-hours]").forEach(tidy));
document.addEventListener("change", (event) => {
  const day = event.target.closest("[data-day]");
  if (day && event.target.type === "checkbox") quiet(day);
});
document.addEventListener("click", (event) => {
  const day = event.target.closest("[data-day]");
  if (!day) return;
  if (event.target.closest("[data-add]")) add(day);
  else if (event.target.closest("[data-remove]")) event.target.closest("[data-range]").remove();
  else return;
  tidy(day.closest("[data-hours]"));
});
