// Which addresses may appear in a message. javascript:, data: and the like never do.

/** An absolute http(s) address for a link, or null. */
export function linkUrl(value) {
  if (typeof value !== "string" || !/^https?:\/\//i.test(value)) return null;
  try {
    return new URL(value).href;
  } catch {
    return null;
  }
}

/** An address for a picture or a file: http(s), one of our /files/, or a blob: this page made; or null. */
export function mediaUrl(value, ctx) {
  if (typeof value !== "string") return null;
  if (value.startsWith("blob:")) return value;
  if (/^\/files\//.test(value) || linkUrl(value)) return ctx.fileUrl ? ctx.fileUrl(value) : value;
  return null;
}
