-- Renew: prolong a lease.
-- KEYS    1 head
-- ARGV    1 execution  2 fence  3 lease_ms
-- Answer  1, or 0 when another owner has it or it has ended
-- Race    an owner that slept past its lease must not take it back from the next one
local exec = base .. 'exec:' .. ARGV[1]
local state = redis.call('HMGET', exec, 'status', 'fence')
if state[1] ~= 'running' or state[2] ~= ARGV[2] then return 0 end
redis.call('HSET', exec, 'lease_until', now_ms + ARGV[3])
return 1
