-- Claim: own an execution whose lease is free or over, and read all that its worker needs.
-- KEYS    1 head
-- ARGV    1 execution  2 lease_ms  3 window after this seq  4 at most so many entries of before
-- Answer  {fence, epoch, recoveries, customer, {log, stream entry}*, session, window, inbox}, or nil: not to be had
-- Race    two workers: the first raises the fence and the lease; the second finds the lease taken
local exec = base .. 'exec:' .. ARGV[1]
local state = redis.call('HMGET', exec, 'status', 'fence', 'next', 'recoveries', 'released', 'lease_until')
local of = redis.call('HMGET', head, 'gone', 'epoch', 'customer')
if of[1] or state[1] ~= 'running' or tonumber(state[6]) >= now_ms then return false end

local fence = tonumber(state[2]) + 1
local recoveries = tonumber(state[4])
if fence > 1 and state[5] == '0' then recoveries = recoveries + 1 end
redis.call('HSET', exec, 'fence', fence, 'recoveries', recoveries, 'released', 0, 'lease_until', now_ms + ARGV[2])

local events = {}
for number = 1, tonumber(state[3]) - 1 do
  local seq, log = string.match(redis.call('HGET', exec, 'e:' .. number), '^(%d+) (.+)$')
  events[number] = {log, redis.call('XRANGE', base .. 'log:' .. log, seq .. '-0', seq .. '-0')[1]}
end
local window = {}
for _, entry in ipairs(redis.call('LRANGE', base .. 'messages', -ARGV[4] - #events, -1)) do
  if tonumber(string.match(entry, '^%d+')) > tonumber(ARGV[3]) then table.insert(window, entry) end
end
return {fence, tonumber(of[2] or 0), recoveries, of[3], events, redis.call('HGETALL', base .. 'session'), window,
  redis.call('LRANGE', base .. 'inbox', 0, -1)}
