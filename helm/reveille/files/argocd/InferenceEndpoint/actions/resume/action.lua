-- As Git has it that does not speak of it.
obj.spec.paused = nil
return obj
