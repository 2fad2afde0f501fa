-- Asleep is Healthy: the next request wakes it. Waking is Progressing, paused Suspended; what its conditions call wrong is Degraded.
-- A canary counts as well: on trial it is Progressing, and what is wrong with it is Degraded, though the endpoint serves.
local function health(status, message)
  return {status = status, message = message}
end
local function condition(of, type)
  for _, each in ipairs(of.conditions or {}) do
    if each.type == type then
      return each
    end
  end
  return nil
end

if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", "It is being deleted.")
end
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The operator has yet to look at this generation.")
end
local ready = condition(status, "Ready")
if ready == nil then
  return health("Progressing", "The operator has yet to say how it is.")
end
if status.state == "Paused" and ready.status ~= "False" then
  return health("Suspended", ready.message)
end
-- It serves what it was before: a newer version, or a further replica, does not come up.
local partly = ready.reason == "ServingPartly" or ready.reason == "ObjectRefused"
if ready.status == "False" or partly then
  return health("Degraded", ready.reason .. ": " .. ready.message)
end
local proven = condition(status, "CanaryProven")
local canary = status.canary and condition(status.canary, "Ready") or proven
for _, wrong in ipairs({proven or {}, canary or {}}) do
  if wrong.status == "False" then
    return health("Degraded", "the canary: " .. wrong.reason .. ": " .. wrong.message)
  end
end
if ready.status ~= "True" or status.state == "Waking" then
  return health("Progressing", ready.message)
end
if proven ~= nil and proven.status ~= "True" then
  return health("Progressing", "the canary: " .. proven.message)
end
return health("Healthy", ready.message)
