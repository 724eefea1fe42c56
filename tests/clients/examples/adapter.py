import json
import sys

import my_client

for call in map(json.loads, sys.stdin):
    try:
        if call["method"] == "searchImageByName":
            response = my_client.search(**call["params"])
            answer = {"result": {"httpStatus": response.status, "body": response.body}}
        else:
            answer = {"error": {"code": -32601, "message": "no such method"}}
    except my_client.ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        answer = {"error": {"code": -32000, "message": str(error), "data": data}}
    except Exception as error:
        answer = {"error": {"code": -32001, "message": repr(error)}}
    print(json.dumps({"jsonrpc": "2.0", "id": call["id"], **answer}), flush=True)
