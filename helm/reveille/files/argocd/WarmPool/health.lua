-- Healthy once a wake can claim a pod, or had claimed them all; what its conditions call wrong is Degraded.
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
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    if condition.status == "False" then
      return health("Degraded", condition.reason .. ": " .. condition.message)
    end
    if condition.status == "True" then
      return health("Healthy", condition.message)
    end
    return health("Progressing", condition.message)
  end
end
return health("Progressing", "The operator has yet to say how it is.")
