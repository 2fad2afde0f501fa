// Command argocd reads the objects that `kubectl get --watch --output-watch-events -o json` shows, and writes one of each state
// into a folder: argocd FOLDER. See the script record.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
)

type event struct {
	Object map[string]any `json:"object"`
}

func main() {
	seen := map[string]bool{}
	events := json.NewDecoder(os.Stdin)
	for {
		var next event
		if err := events.Decode(&next); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		delete(next.Object["metadata"].(map[string]any), "managedFields")
		name := nameOf(next.Object)
		if seen[name] {
			continue
		}
		seen[name] = true
		text, err := json.MarshalIndent(next.Object, "", " ")
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[1], name+".json"), append(text, '\n'), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// Such as inferenceendpoint-asleep-asleep-canary-proven: kind, state, reason of Ready; with a canary that of CanaryProven.
func nameOf(object map[string]any) string {
	kind := strings.ToLower(fmt.Sprint(object["kind"]))
	metadata := object["metadata"].(map[string]any)
	status, _ := object["status"].(map[string]any)
	switch {
	case metadata["deletionTimestamp"] != nil:
		return kind + "-deleting"
	case status == nil || status["observedGeneration"] == -1.0:
		return kind + "-new"
	case status["observedGeneration"] != metadata["generation"]:
		return kind + "-behind"
	}
	name := kind
	if state, ok := status["state"].(string); ok {
		name += "-" + strings.ToLower(state)
	}
	name += reason(status, "Ready", "-")
	return name + reason(status, "CanaryProven", "-canary-")
}

func reason(status map[string]any, kind, prefix string) string {
	conditions, _ := status["conditions"].([]any)
	for _, each := range conditions {
		if condition := each.(map[string]any); condition["type"] == kind {
			return prefix + strings.ToLower(fmt.Sprint(condition["reason"]))
		}
	}
	return ""
}
