-- Submit: append an item to the inbox once; start an execution if none is active.
-- KEYS    1 head
-- ARGV    1 customer  2 item id  3 item  4 how many item ids to remember
-- Answer  {status, execution}: started, joined, repeated, gone, foreign
-- Race    two tabs, or a retry: one script sees both, so one execution starts and an id counts once
local state = redis.call('HMGET', head, 'gone', 'customer', 'active')
local active = state[3] or ''
if state[1] then return {'gone', ''} end
if state[2] and state[2] ~= ARGV[1] then return {'foreign', ''} end
if redis.call('ZSCORE', base .. 'seen', ARGV[2]) then return {'repeated', active} end

local items = redis.call('HINCRBY', head, 'items', 1)
redis.call('HSET', head, 'customer', ARGV[1])
redis.call('ZADD', base .. 'seen', items, ARGV[2])
redis.call('ZREMRANGEBYRANK', base .. 'seen', 0, -tonumber(ARGV[4]) - 1)
redis.call('RPUSH', base .. 'inbox', ARGV[3])
redis.call('SADD', base .. 'parts', 'seen', 'inbox', 'parts')
if active ~= '' then return {'joined', active} end

-- Nothing that is not terminal expires: what an earlier turn's end gave a time to live is kept again.
for _, part in ipairs(redis.call('SMEMBERS', base .. 'parts')) do
  redis.call('PERSIST', base .. part)
end
local execution = string.format('x%06d', redis.call('HINCRBY', head, 'executions', 1))
redis.call('HSET', base .. 'exec:' .. execution, 'status', 'running', 'fence', 0, 'next', 1, 'lease_until', 0,
  'recoveries', 0, 'released', 0)
redis.call('HSET', head, 'active', execution)
return {'started', execution}
