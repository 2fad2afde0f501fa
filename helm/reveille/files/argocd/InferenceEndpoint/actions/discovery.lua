local paused = obj.spec.paused == true
local state = obj.status ~= nil and obj.status.state or ""
local up = state == "Ready" or state == "Waking"
return {
  wake = {disabled = paused or up},
  sleep = {disabled = paused or not up},
  pause = {disabled = paused},
  resume = {disabled = not paused},
}
