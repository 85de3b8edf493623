// The quick replies an agent may use: fetched once per connection, searched, filled in. W31, W32

export class QuickReplies extends EventTarget {
  folders = [];
  staff = { name: "", no: "" };

  constructor({ desk, link }) {
    super();
    Object.assign(this, { desk, link });
    link.addEventListener("state", ({ detail }) => detail === "online" && this.load());
  }

  async load() {
    const result = await this.link.request({ op: "quick.list" }).catch(() => null);
    if (!result?.ok) return;
    this.folders = result.folders;
    this.staff = result.staff;
    this.dispatchEvent(new CustomEvent("changed"));
  }

  /** Folders with the replies in which every word occurs, in title, content or the folder's name. */
  found(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (folder, reply) => {
      const all = `${folder.name}\n${reply.title}\n${reply.content}`.toLowerCase();
      return wanted.every((word) => all.includes(word));
    };
    return this.folders
      .map((folder) => ({ ...folder, replies: folder.replies.filter((reply) => has(folder, reply)) }))
      .filter((folder) => folder.replies.length);
  }

  /** For the completion: titles that begin with the words come first, then the ones used most. */
  best(words, most) {
    const first = (reply) => (reply.title.toLowerCase().startsWith(words.toLowerCase()) ? 0 : 1);
    const replies = this.found(words).flatMap((folder) => folder.replies);
    return replies.sort((a, b) => first(a) - first(b) || b.used - a.used).slice(0, most);
  }

  /** The content with its variables filled in; counts the use. Variables it does not know stay as they are. */
  use(reply) {
    this.link.tell({ op: "quick.used", reply: reply.id });
    reply.used += 1;
    const values = { VisitorName: this.desk.openRow?.visitor.name, StaffName: this.staff.name, StaffNo: this.staff.no };
    return reply.content.replace(/\$\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }
}
