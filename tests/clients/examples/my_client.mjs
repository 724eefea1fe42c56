// The client that adapter.mjs drives in the tests: small, and signed.

import { createHash, createHmac, randomUUID } from "node:crypto";

const { IMAGESEARCH_ENDPOINT, ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET } = process.env;

export class ApiError extends Error {
  constructor(status, { Code, Message, RequestId }) {
    super(Message);
    Object.assign(this, { status, code: Code, requestId: RequestId });
  }
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

function signed(form) {
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    host: new URL(IMAGESEARCH_ENDPOINT).host,
    "x-acs-action": "SearchImageByName",
    "x-acs-content-sha256": sha256(form),
    "x-acs-date": new Date().toISOString().replace(/\.\d+/, ""),
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-version": "2020-12-14",
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", "", lines.join(""), names, sha256(form)].join("\n");
  const hmac = createHmac("sha256", ALIBABA_CLOUD_ACCESS_KEY_SECRET);
  const signature = hmac.update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`).digest("hex");
  const credential = `Credential=${ALIBABA_CLOUD_ACCESS_KEY_ID},SignedHeaders=${names},Signature=${signature}`;
  return { ...headers, Authorization: `ACS3-HMAC-SHA256 ${credential}` };
}

export async function search(parameters) {
  const form = new URLSearchParams(parameters).toString();
  const reply = await fetch(IMAGESEARCH_ENDPOINT, {
    method: "POST",
    headers: signed(form),
    body: form,
    redirect: "error",
    signal: AbortSignal.timeout(3000),
  });
  const body = await reply.json();
  if (reply.status !== 200) throw new ApiError(reply.status, body);
  return { status: reply.status, body };
}
