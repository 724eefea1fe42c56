// Adapter of the official Node SDK, `@alicloud/imagesearch20201214`.
//
//     npm install            (in a copy of this directory: package.json says what)
//     imagesearch-conformance client -- node official_node.mjs
//
// Its settings are those that the SDK has by itself; only the address and the protocol are set.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // packages beside this file, or where NODE_PATH says
const PACKAGE = "@alicloud/imagesearch20201214";
const { default: Client, SearchImageByNameRequest } = require(PACKAGE);
const { $OpenApiUtil } = require("@alicloud/openapi-core");

// The attribute of each parameter, by its wire name.
const ATTRIBUTES = Object.fromEntries(
  Object.entries(SearchImageByNameRequest.names()).map(([attribute, name]) => [name, attribute]),
);

function client() {
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

// Why the SDK cannot be asked this: there is no such attribute, or JavaScript has no such number.
function impossible(parameters) {
  const lacking = Object.keys(parameters).filter((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (lacking.length) return `this version has no parameter ${lacking.join(", ")}`;
  const rounded = Object.values(parameters).some((value) => Number.isInteger(value) && !Number.isSafeInteger(value));
  return rounded ? "a number beyond 2^53 is rounded by JavaScript before the SDK sees it" : null;
}

async function searched(sdk, parameters) {
  const reason = impossible(parameters);
  if (reason) return failure(-32602, reason);
  const attributes = Object.entries(parameters).map(([name, value]) => [ATTRIBUTES[name], value]);
  const request = new SearchImageByNameRequest(Object.fromEntries(attributes));
  try {
    request.validate(); // what the SDK does first, too
  } catch (error) {
    return failure(-32602, `${error.name}: ${error.message}`);
  }
  try {
    const response = await sdk.searchImageByName(request);
    return { result: { httpStatus: response.statusCode ?? null, body: response.body?.toMap() ?? null } };
  } catch (error) {
    return refused(error);
  }
}

// An error of the API has a status and the reply in `data`; all others came about on the way.
function refused(error) {
  const { data, statusCode } = error ?? {};
  const told = `${error?.name}: ${error?.message}`;
  if (error instanceof URIError) return failure(-32602, told); // text that nothing can be made of: nothing went out
  if (!statusCode || typeof data !== "object" || data === null) return failure(-32001, told);
  return failure(-32000, told, {
    httpStatus: statusCode,
    code: error.code ?? null,
    message: data.Message ?? data.message ?? error.message,
    requestId: data.RequestId ?? data.requestId ?? null,
  });
}

function failure(code, message, data) {
  return { error: { code, message, ...(data && { data }) } };
}

async function answered(sdk, message) {
  const { version } = require(`${PACKAGE}/package.json`);
  if (message.method === "initialize") return { result: { name: PACKAGE, version, language: "javascript" } };
  if (message.method !== "searchImageByName") return failure(-32601, "there is no such method");
  return searched(sdk, message.params ?? {});
}

// Lines by "\n" alone: node:readline ends one at U+2028 as well, which may stand in a parameter.
async function* lines(stream) {
  let rest = "";
  for await (const piece of stream.setEncoding("utf8")) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

const sdk = client();
for await (const line of lines(process.stdin)) {
  const message = JSON.parse(line);
  const answer = { jsonrpc: "2.0", id: message.id ?? null, ...(await answered(sdk, message)) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
