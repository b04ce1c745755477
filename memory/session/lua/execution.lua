-- Execution: the records of one execution, in order, without reading the conversation around it.
-- KEYS    1 head
-- ARGV    1 execution
-- Answer  {log, stream entry}*
-- Race    none: records are never changed
local exec = base .. 'exec:' .. ARGV[1]
local events = {}
for number = 1, tonumber(redis.call('HGET', exec, 'next') or 1) - 1 do
  local seq, log = string.match(redis.call('HGET', exec, 'e:' .. number), '^(%d+) (.+)$')
  local entry = redis.call('XRANGE', base .. 'log:' .. log, seq .. '-0', seq .. '-0')[1]
  if entry then table.insert(events, {log, entry}) end
end
return events
