// The client that adapter.go drives in the tests: small, and signed.

package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type apiError struct {
	status                   int
	code, message, requestID string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

var client = http.Client{
	Timeout:       3 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func nonce() string {
	bytes := make([]byte, 16)
	rand.Read(bytes)
	return hex.EncodeToString(bytes)
}

func sign(request *http.Request, form string) {
	headers := [][2]string{
		{"content-type", "application/x-www-form-urlencoded"},
		{"host", request.Host},
		{"x-acs-action", "SearchImageByName"},
		{"x-acs-content-sha256", digest(form)},
		{"x-acs-date", time.Now().UTC().Format("2006-01-02T15:04:05Z")},
		{"x-acs-signature-nonce", nonce()},
		{"x-acs-version", "2020-12-14"},
	}
	var lines, names []string
	for _, header := range headers {
		request.Header.Set(header[0], header[1])
		lines, names = append(lines, header[0]+":"+header[1]+"\n"), append(names, header[0])
	}
	signed := strings.Join(names, ";")
	canonical := strings.Join([]string{"POST", "/", "", strings.Join(lines, ""), signed, digest(form)}, "\n")
	mac := hmac.New(sha256.New, []byte(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + digest(canonical)))
	request.Header.Set("Authorization", fmt.Sprintf("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%x",
		os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), signed, mac.Sum(nil)))
}

func search(params map[string]any) (int, json.RawMessage, error) {
	values := url.Values{}
	for name, value := range params {
		values.Set(name, fmt.Sprint(value))
	}
	form := values.Encode()
	request, err := http.NewRequest("POST", os.Getenv("IMAGESEARCH_ENDPOINT")+"/", strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	sign(request, form)
	reply, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return 0, nil, err
	}
	var parsed struct{ Code, Message, RequestId any }
	if err := json.Unmarshal(body, &parsed); err != nil {
		return 0, nil, err
	}
	if reply.StatusCode != http.StatusOK {
		return 0, nil, &apiError{reply.StatusCode, fmt.Sprint(parsed.Code), fmt.Sprint(parsed.Message), fmt.Sprint(parsed.RequestId)}
	}
	return reply.StatusCode, body, nil
}
