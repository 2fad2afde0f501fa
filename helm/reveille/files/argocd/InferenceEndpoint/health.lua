-- Asleep is Healthy: the next request wakes it. Waking is Progressing, paused Suspended; what its conditions call wrong is Degraded.
local function health(status, message)
  return {status = status, message = message}
end

if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", "It is being deleted.")
end
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The operator has yet to look at this generation.")
end
local ready = nil
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    ready = condition
  end
end
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
if ready.status ~= "True" or status.state == "Waking" then
  return health("Progressing", ready.message)
end
return health("Healthy", ready.message)
