-- Read: the records after a sequence number, from all logs of the conversation at one moment, and the draft.
-- KEYS    1 head
-- ARGV    1 after seq  2 at most so many of each log
-- Answer  {draft or nil, {log, stream entry*}*}
-- Race    reading the logs one by one would miss a record committed between two of them
local logs = {}
for _, part in ipairs(redis.call('SMEMBERS', base .. 'parts')) do
  local log = string.match(part, '^log:(.+)$')
  if log then
    table.insert(logs, {log, redis.call('XRANGE', base .. part, (ARGV[1] + 1) .. '-0', '+', 'COUNT', ARGV[2])})
  end
end
return {redis.call('GET', base .. 'draft'), logs}
