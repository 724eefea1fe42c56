// Adapter of the official Node SDK, `@alicloud/imagesearch20201214`.
//
//     npm install            (in a copy of this directory)
//     imagesearch-conformance client -- node official_node.mjs
//
// The SDK keeps its default settings, apart from the address and the protocol.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // packages beside this file, or on NODE_PATH
const PACKAGE = "@alicloud/imagesearch20201214";
const { default: Client, SearchImageByNameRequest } = require(PACKAGE);
const { $OpenApiUtil } = require("@alicloud/openapi-core");

// The attribute of each parameter by its wire name.
const ATTRIBUTES = Object.fromEntries(
  Object.entries(SearchImageByNameRequest.names()).map(([attribute, name]) => [name, attribute]),
);

function createClient() {
  const endpoint = new URL(process.env.IMAGESEARCH_ENDPOINT);
  return new Client(
    new $OpenApiUtil.Config({
      accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
      regionId: process.env.ALIBABA_CLOUD_REGION_ID,
      endpoint: endpoint.host,
      protocol: endpoint.protocol.replace(":", "").toUpperCase(),
    }),
  );
}

// Why the SDK cannot send these parameters: it has no such attribute, or JavaScript has no such number.
function refusalReason(parameters) {
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (unknown.length) return `this version has no parameter ${unknown.join(", ")}`;
  const isRounded = Object.values(parameters).some((value) => Number.isInteger(value) && !Number.isSafeInteger(value));
  return isRounded ? "JavaScript rounds an integer above 2^53 before the SDK gets it" : null;
}

async function search(sdk, parameters) {
  const reason = refusalReason(parameters);
  if (reason) return errorResponse(-32602, reason);
  const attributes = Object.entries(parameters).map(([name, value]) => [ATTRIBUTES[name], value]);
  const request = new SearchImageByNameRequest(Object.fromEntries(attributes));
  try {
    request.validate(); // the SDK's own first step
  } catch (error) {
    return errorResponse(-32602, `${error.name}: ${error.message}`);
  }
  try {
    const response = await sdk.searchImageByName(request);
    return { result: { httpStatus: response.statusCode ?? null, body: response.body?.toMap() ?? null } };
  } catch (error) {
    return errorFromException(error);
  }
}

// An error of the API has a status and the response in `data`; any other is a failure of the call.
function errorFromException(error) {
  const { data, statusCode } = error ?? {};
  const text = `${error?.name}: ${error?.message}`;
  if (error instanceof URIError) return errorResponse(-32602, text); // text that cannot be encoded: nothing was sent
  if (!statusCode || typeof data !== "object" || data === null) return errorResponse(-32001, text);
  return errorResponse(-32000, text, {
    httpStatus: statusCode,
    code: error.code ?? null,
    message: data.Message ?? data.message ?? error.message,
    requestId: data.RequestId ?? data.requestId ?? null,
  });
}

function errorResponse(code, message, data) {
  return { error: { code, message, ...(data && { data }) } };
}

async function handleMessage(sdk, message) {
  const { version } = require(`${PACKAGE}/package.json`);
  if (message.method === "initialize") return { result: { name: PACKAGE, version, language: "javascript" } };
  if (message.method !== "searchImageByName") return errorResponse(-32601, "unknown method");
  return search(sdk, message.params ?? {});
}

// Lines end at "\n" only: node:readline also splits at U+2028, which may occur in a parameter.
async function* lines(stream) {
  let rest = "";
  for await (const piece of stream.setEncoding("utf8")) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

const sdk = createClient();
for await (const line of lines(process.stdin)) {
  const message = JSON.parse(line);
  const answer = { jsonrpc: "2.0", id: message.id ?? null, ...(await handleMessage(sdk, message)) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
