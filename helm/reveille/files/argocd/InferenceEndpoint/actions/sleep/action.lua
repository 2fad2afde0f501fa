local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
-- Each new value puts it to sleep once; Git need not know of it.
obj.metadata.annotations["reveille.dev/sleep"] = os.date("!%Y-%m-%dT%XZ")
return obj
