// 话后小结: category and remark of the ended session that is open.
import { h, text } from "../messages/dom.js";

export function watchWrapUp({ root, desk, link, strings, toast }) {
  const form = root.querySelector("[data-wrapup]");
  const { category, remark } = form.elements;
  let session = null;

  const ask = (frame) => link.ask({ ...frame, session });

  async function follow() {
    const row = desk.openRow;
    const now = row?.session.state === "ended" ? row.session.id : null;
    if (now === session) return;
    session = now;
    form.hidden = true;
    if (!now || link.state !== "online") return void (session = null);
    const result = await ask({ op: "wrapup" });
    if (!result.ok || session !== now) return;
    const names = new Set(["", ...result.categories, result.category]);
    category.replaceChildren(...[...names].map((name) => h("option", { value: name }, name || text(strings, "chooseCategory"))));
    category.hidden = names.size === 1;
    category.value = result.category;
    remark.value = result.remark;
    form.hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const result = await ask({ op: "wrapup.save", category: category.value, remark: remark.value });
    toast(result.ok ? text(strings, "wrapUpSaved") : result.reason, result.ok ? undefined : "danger");
  });
  desk.addEventListener("changed", follow);
  desk.addEventListener("opened", follow);
}
