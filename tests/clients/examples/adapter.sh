#!/bin/bash
# Searches with curl, signed by openssl; jq reads and writes JSON (from 1.7 on integers beyond 2^53 too).
sha256() { openssl dgst -sha256 "$@" | sed 's/.* //'; }
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }

while IFS= read -r line; do
  id=$(jq -c .id <<<"$line")
  [[ $(jq -r .method <<<"$line") == searchImageByName ]] || { answer '"error":{"code":-32601,"message":"no such method"}'; continue; }
  form=$(jq -r '.params | to_entries | map("\(.key | @uri)=\(.value | tostring | @uri)") | join("&")' <<<"$line")
  hash=$(printf %s "$form" | sha256)
  headers="content-type:application/x-www-form-urlencoded
host:${IMAGESEARCH_ENDPOINT#*://}
x-acs-action:SearchImageByName
x-acs-content-sha256:$hash
x-acs-date:$(date -u +%Y-%m-%dT%H:%M:%SZ)
x-acs-signature-nonce:$(openssl rand -hex 16)
x-acs-version:2020-12-14"
  names=$(cut -d: -f1 <<<"$headers" | paste -sd ';')
  canonical=$(printf 'POST\n/\n\n%s\n\n%s\n%s' "$headers" "$names" "$hash" | sha256)
  signature=$(printf 'ACS3-HMAC-SHA256\n%s' "$canonical" | sha256 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET")
  authorization="ACS3-HMAC-SHA256 Credential=$ALIBABA_CLOUD_ACCESS_KEY_ID,SignedHeaders=$names,Signature=$signature"
  response=$(curl -sS -m 3 -w '\n%{http_code}' -H @<(printf '%s\nAuthorization:%s\n' "$headers" "$authorization") \
    --data-binary @<(printf %s "$form") "$IMAGESEARCH_ENDPOINT/" | tr -d '\0') # -m: seconds for the whole exchange
  status=${response##*$'\n'} body=$(tr -d '\r\n' <<<"${response%$'\n'*}")
  if [[ $body != \{* ]] || ! jq -e . <<<"$body" >/dev/null 2>&1; then
    answer '"error":{"code":-32001,"message":"no response, or no JSON object"}'
  elif [[ $status == 200 ]]; then
    answer '"result":{"httpStatus":200,"body":'"$body"'}'
  else
    answer "$(jq -r --argjson status "$status" '{code: -32000, message: .Message, data: {httpStatus: $status, code: .Code,
      message: .Message, requestId: .RequestId}} | "\"error\":\(tojson)"' <<<"$body")"
  fi
done
