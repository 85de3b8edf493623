// The one thing that your server has to do: ask the desk for a fresh SdkURL (/loginTCCC). Beside that it serves the page.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const { Client } = createRequire(import.meta.url)("tencentcloud-sdk-nodejs/tencentcloud/services/ccc/v20200210/index.js").v20200210;
const { DESK_URL = "http://127.0.0.1:8000", SECRET_ID, SECRET_KEY, SDK_APP_ID = "1600000001", SEAT_USER_ID, PORT = "5175" } = process.env;
const missing = Object.entries({ SECRET_ID, SECRET_KEY, SEAT_USER_ID }).filter(([, value]) => !value).map(([name]) => name);
if (missing.length) {
  console.error(`Please set ${missing.join(", ")} (README.md). 请设置这些环境变量。`);
  process.exit(2);
}

const here = import.meta.dirname;
const folders = [join(here, process.argv[2] ?? "html"), join(here, "shared")];
const desk = new URL(DESK_URL);
const client = new Client({
  credential: { secretId: SECRET_ID, secretKey: SECRET_KEY },
  region: "ap-singapore",
  profile: { httpProfile: { endpoint: desk.host, protocol: `${desk.protocol}//` } },
});
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
// All that a strict page must allow for the workbench: the script and the frame of the desk.
const POLICY = `default-src 'self'; script-src 'self' ${desk.origin}; frame-src ${desk.origin}`;

// In your system the agent is who is logged in there. `?user=` is for trying it out: it makes anybody anyone.
async function loginTCCC(user, answer) {
  try {
    const { SdkURL } = await client.CreateSDKLoginToken({ SdkAppId: Number(SDK_APP_ID), SeatUserId: user || SEAT_USER_ID });
    answer.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(JSON.stringify({ SdkURL }));
  } catch (error) {
    console.error(error.code, error.message);
    answer.writeHead(500, { "Content-Type": "application/json" }).end(JSON.stringify({ message: error.message }));
  }
}

async function page(path, answer) {
  const name = normalize(path === "/" ? "/index.html" : path);
  for (const folder of folders) {
    const content = await readFile(join(folder, name)).catch(() => null);
    if (!content) continue;
    const type = `${TYPES[extname(name)] ?? "application/octet-stream"}; charset=utf-8`;
    return answer.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY }).end(content);
  }
  answer.writeHead(404).end();
}

createServer((request, answer) => {
  const { pathname, searchParams } = new URL(request.url, "http://here");
  return pathname === "/loginTCCC" ? loginTCCC(searchParams.get("user"), answer) : page(pathname, answer);
}).listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
