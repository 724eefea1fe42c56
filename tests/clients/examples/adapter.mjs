import { createInterface } from "node:readline";
import * as myClient from "./my_client.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  let answer = { error: { code: -32601, message: "no such method" } };
  if (method === "searchImageByName") {
    answer = await myClient.search(params).then(
      ({ status, body }) => ({ result: { httpStatus: status, body } }),
      (error) => {
        if (!(error instanceof myClient.ApiError)) return { error: { code: -32001, message: String(error) } };
        const { status: httpStatus, code, message, requestId } = error;
        return { error: { code: -32000, message, data: { httpStatus, code, message, requestId } } };
      },
    );
  }
  console.log(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
}
