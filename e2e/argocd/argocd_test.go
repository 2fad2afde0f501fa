package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	luajson "layeh.com/gopher-json"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

// What Argo CD and kstatus are to make of each recorded object.
var wanted = map[string]struct{ health, kstatus string }{
	"inferenceendpoint-new":                              {"Progressing", "InProgress"},
	"inferenceendpoint-behind":                           {"Progressing", "InProgress"},
	"inferenceendpoint-deleting":                         {"Progressing", "Terminating"},
	"inferenceendpoint-asleep-pending":                   {"Progressing", "InProgress"},
	"inferenceendpoint-asleep-fetching":                  {"Progressing", "InProgress"},
	"inferenceendpoint-asleep-asleep":                    {"Healthy", "Current"},
	"inferenceendpoint-asleep-asleep-canary-ontrial":     {"Progressing", "Current"},
	"inferenceendpoint-asleep-asleep-canary-proven":      {"Healthy", "Current"},
	"inferenceendpoint-asleep-asleep-canary-modelfailed": {"Degraded", "Current"},
	"inferenceendpoint-waking-waking":                    {"Progressing", "Current"},
	"inferenceendpoint-ready-serving":                    {"Healthy", "Current"},
	"inferenceendpoint-ready-servingpartly":              {"Degraded", "Current"},
	"inferenceendpoint-draining-draining":                {"Healthy", "Current"},
	"inferenceendpoint-paused-paused":                    {"Suspended", "Current"},
	"inferenceendpoint-failed-modelfailed":               {"Degraded", "Failed"},
	"inferenceendpoint-failed-modelunavailable":          {"Degraded", "Failed"},
	"inferenceendpoint-failed-imagepull":                 {"Degraded", "Failed"},
	"inferenceendpoint-failed-runsasroot":                {"Degraded", "Failed"},
	"inferenceendpoint-failed-nametaken":                 {"Degraded", "Failed"},
	"inferenceendpoint-failed-objectrefused":             {"Degraded", "Failed"},
	"inferenceendpoint-failed-unschedulable":             {"Degraded", "InProgress"},
	"warmpool-new":                                       {"Progressing", "InProgress"},
	"warmpool-behind":                                    {"Progressing", "InProgress"},
	"warmpool-deleting":                                  {"Progressing", "Terminating"},
	"warmpool-starting":                                  {"Progressing", "InProgress"},
	"warmpool-standing":                                  {"Healthy", "Current"},
	"warmpool-nonewanted":                                {"Healthy", "Current"},
	"warmpool-imagepull":                                 {"Degraded", "Failed"},
}

// Which actions are offered on it.
var offered = map[string]string{
	"inferenceendpoint-asleep-asleep":      "pause wake",
	"inferenceendpoint-ready-serving":      "pause sleep",
	"inferenceendpoint-waking-waking":      "pause sleep",
	"inferenceendpoint-paused-paused":      "resume",
	"inferenceendpoint-new":                "pause wake",
	"inferenceendpoint-failed-modelfailed": "pause wake",
}

func TestEveryRecordedObjectHasTheHealthItShould(t *testing.T) {
	for name, object := range recorded(t) {
		want, known := wanted[name]
		if !known {
			t.Errorf("%s: say in the table what it should be", name)
			continue
		}
		health := run(t, customization(t, "health", object.GetKind()), object)
		if health["status"] != want.health {
			t.Errorf("%s is %v, not %s", name, health, want.health)
		}
		if message, _ := health["message"].(string); len(message) < 10 {
			t.Errorf("%s: no sentence in %v", name, health)
		}
	}
}

// A quota, say, or an image that is no more.
func TestACanaryThatHasServedOnceAndCannotAnyMoreIsDegraded(t *testing.T) {
	object, there := recorded(t)["inferenceendpoint-asleep-asleep-canary-proven"]
	if !there {
		t.Fatal("it is not recorded")
	}
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "canary", "conditions")
	for _, each := range conditions {
		if condition := each.(map[string]any); condition["type"] == "Ready" {
			condition["status"], condition["reason"], condition["message"] = "False", "ImagePull", "it cannot be pulled"
		}
	}
	unstructured.SetNestedSlice(object.Object, conditions, "status", "canary", "conditions")
	health := run(t, customization(t, "health", object.GetKind()), object)
	if health["status"] != "Degraded" || health["message"] != "the canary: ImagePull: it cannot be pulled" {
		t.Error(health)
	}
}

func TestEveryRecordedObjectIsWhatKstatusTakesItFor(t *testing.T) {
	for name, object := range recorded(t) {
		result, err := status.Compute(&object)
		if err != nil {
			t.Fatal(name, err)
		}
		if result.Status.String() != wanted[name].kstatus {
			t.Errorf("%s is %s (%s), not %s", name, result.Status, result.Message, wanted[name].kstatus)
		}
	}
}

func TestEveryStateIsRecorded(t *testing.T) {
	objects := recorded(t)
	for name := range wanted {
		if _, there := objects[name]; !there {
			t.Errorf("no %s among the recorded objects: see the script record", name)
		}
	}
}

func TestActionsAreOfferedWhereTheyDoSomething(t *testing.T) {
	objects := recorded(t)
	for name, want := range offered {
		object, there := objects[name]
		if !there {
			t.Errorf("%s is not recorded", name)
			continue
		}
		var enabled []string
		found := run(t, actions(t)["discovery.lua"].(string), object)
		for _, action := range []string{"pause", "resume", "sleep", "wake"} {
			if found[action].(map[string]any)["disabled"] == false {
				enabled = append(enabled, action)
			}
		}
		if got := strings.Join(enabled, " "); got != want {
			t.Errorf("%s offers %q, not %q", name, got, want)
		}
	}
}

func TestActionsChangeWhatTheyShouldAndNothingElse(t *testing.T) {
	asleep := recorded(t)["inferenceendpoint-asleep-asleep"]
	for _, each := range actions(t)["definitions"].([]any) {
		action := each.(map[string]any)
		name := action["name"].(string)
		before := asleep.DeepCopy()
		after := asleep.DeepCopy()
		switch name {
		case "pause":
			unstructured.SetNestedField(after.Object, true, "spec", "paused")
		case "resume":
			unstructured.SetNestedField(before.Object, true, "spec", "paused")
			unstructured.RemoveNestedField(after.Object, "spec", "paused") // the API server writes its default
		}
		got := unstructured.Unstructured{Object: run(t, action["action.lua"].(string), *before)}
		if name == "wake" || name == "sleep" {
			value := got.GetAnnotations()["reveille.dev/"+name]
			if len(value) != len("2026-01-01T00:00:00Z") {
				t.Errorf("%s writes %q", name, value)
			}
			annotations := after.GetAnnotations()
			if annotations == nil {
				annotations = map[string]string{}
			}
			annotations["reveille.dev/"+name] = value
			after.SetAnnotations(annotations)
		}
		if text(t, got.Object) != text(t, after.Object) {
			t.Errorf("%s makes\n%s, not\n%s", name, text(t, got.Object), text(t, after.Object))
		}
	}
}

func recorded(t *testing.T) map[string]unstructured.Unstructured {
	files, err := filepath.Glob("objects/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded objects", err)
	}
	objects := map[string]unstructured.Unstructured{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var object unstructured.Unstructured
		if err := object.UnmarshalJSON(content); err != nil {
			t.Fatal(file, err)
		}
		objects[strings.TrimSuffix(filepath.Base(file), ".json")] = object
	}
	return objects
}

// What Argo CD finds in its ConfigMap.
func customization(t *testing.T, what, kind string) string {
	content, err := os.ReadFile(os.Getenv("ARGOCD_CM"))
	if err != nil {
		t.Fatal("run the script check, which prints the ConfigMap: ", err)
	}
	var configMap struct{ Data map[string]string }
	if err := yaml.Unmarshal(content, &configMap); err != nil {
		t.Fatal(err)
	}
	found, there := configMap.Data["resource.customizations."+what+".reveille.dev_"+kind]
	if !there {
		t.Fatalf("no %s of %s in the ConfigMap", what, kind)
	}
	return found
}

func actions(t *testing.T) map[string]any {
	var found map[string]any
	if err := yaml.Unmarshal([]byte(customization(t, "actions", "InferenceEndpoint")), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// Runs a script with what Argo CD lets one have: no library but base, table, and the time from os.
func run(t *testing.T, script string, object unstructured.Unstructured) map[string]any {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	state.PreloadModule(lua.OsLibName, func(state *lua.LState) int {
		lua.OpenOs(state)
		whole, safe := state.GetGlobal(lua.OsLibName).(*lua.LTable), state.NewTable()
		for _, name := range []string{"time", "date"} {
			safe.RawSetString(name, whole.RawGetString(name))
		}
		state.SetGlobal(lua.OsLibName, lua.LNil)
		state.Push(safe)
		return 1
	})
	state.SetGlobal("obj", luajson.DecodeValue(state, plain(t, object.Object)))
	if err := state.DoString(script); err != nil {
		t.Fatal(object.GetName(), err)
	}
	encoded, err := luajson.Encode(state.Get(-1))
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(encoded, &result); err != nil {
		t.Fatal(err, string(encoded))
	}
	return result
}

// Numbers as JSON has them.
func plain(t *testing.T, object map[string]any) (result map[string]any) {
	if err := json.Unmarshal([]byte(text(t, object)), &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func text(t *testing.T, object map[string]any) string {
	content, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	// Lua has one empty table, where JSON has two; Argo CD tells them by what was there before.
	return strings.ReplaceAll(string(content), "{}", "[]")
}
