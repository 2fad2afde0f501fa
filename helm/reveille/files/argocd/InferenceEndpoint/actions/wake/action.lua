local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
-- Each new value wakes it once; Git need not know of it.
obj.metadata.annotations["reveille.dev/wake"] = os.date("!%Y-%m-%dT%XZ")
return obj
