-- Admit: whether an attempt at a dependency may go now.
-- KEYS    1 circuit (zset: failures by their time in ms, and "open" by the time until which it is open)
-- ARGV    1 open_ms
-- Answer  1 it may, 0 the circuit is open
-- Race    two processes find an open time over: the first renews it and is the trial, the second waits for its outcome
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local open_until = redis.call('ZSCORE', KEYS[1], 'open')
if not open_until then return 1 end
if now_ms < tonumber(open_until) then return 0 end
redis.call('ZADD', KEYS[1], now_ms + ARGV[1], 'open')
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return 1
