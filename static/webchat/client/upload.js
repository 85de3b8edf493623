/**
 * Sends one file; resolves with the IM elem to post, rejects with an Error whose message is for the visitor ("" when the
 * network failed). XMLHttpRequest because fetch has no upload progress.
 */
export function upload(url, file, { token, language, webAppId }, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("web_app_id", webAppId);
    form.append("file", file, file.name || "image.png");
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept-Language", language);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300 && request.response?.elem) resolve(request.response.elem);
      else reject(new Error(request.response?.errors?.[0]?.reason ?? ""));
    };
    request.onerror = request.ontimeout = () => reject(new Error(""));
    request.send(form);
  });
}
