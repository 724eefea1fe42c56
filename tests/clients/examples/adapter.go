package main

import (
	"encoding/json"
	"errors"
	"os"
)

type object = map[string]any

func answer(method string, params object) (string, object) {
	if method != "searchImageByName" {
		return "error", object{"code": -32601, "message": "no such method"}
	}
	status, body, err := search(params)
	var api *apiError
	if errors.As(err, &api) {
		data := object{"httpStatus": api.status, "code": api.code, "message": api.message, "requestId": api.requestID}
		return "error", object{"code": -32000, "message": api.Error(), "data": data}
	} else if err != nil {
		return "error", object{"code": -32001, "message": err.Error()}
	}
	return "result", object{"httpStatus": status, "body": body}
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	in.UseNumber() // integers as they are written
	for {
		var call struct {
			ID     any
			Method string
			Params object
		}
		if in.Decode(&call) != nil {
			return
		}
		name, value := answer(call.Method, call.Params)
		out.Encode(object{"jsonrpc": "2.0", "id": call.ID, name: value})
	}
}
