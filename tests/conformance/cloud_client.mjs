// The published Node client of the cloud API: node cloud_client.mjs '{"endpoint","secretId","secretKey","action","parameters"}'
import { createRequire } from "node:module";

const { ccc } = createRequire(import.meta.url)("tencentcloud-sdk-nodejs");
const job = JSON.parse(process.argv[2]);
const client = new ccc.v20200210.Client({
  credential: { secretId: job.secretId, secretKey: job.secretKey },
  region: "ap-singapore",
  profile: { httpProfile: { protocol: "http://", endpoint: job.endpoint } },
});
try {
  console.log(JSON.stringify(await client[job.action](job.parameters)));
} catch (error) {
  console.log(JSON.stringify({ error: { code: error.code, message: error.message } }));
}
