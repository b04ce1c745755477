-- Release: give an unfinished execution back, so that any worker may claim it at once; it counts as no recovery.
-- KEYS    1 head
-- ARGV    1 execution  2 fence
-- Answer  1, or 0 when there is nothing of ours to give back
-- Race    an owner that was replaced must not free the lease of the next one
local exec = base .. 'exec:' .. ARGV[1]
local state = redis.call('HMGET', exec, 'status', 'fence')
if state[1] ~= 'running' or state[2] ~= ARGV[2] then return 0 end
redis.call('HSET', exec, 'lease_until', 0, 'released', 1)
return 1
