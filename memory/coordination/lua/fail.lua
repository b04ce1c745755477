-- Fail: count a failure of a dependency; too many within the window, or that of a trial, open its circuit.
-- KEYS    1 circuit (zset: failures by their time in ms, and "open" by the time until which it is open)
-- ARGV    1 limit  2 window_ms  3 open_ms  4 a name for this failure
-- Answer  1 the circuit is open now, 0 it is not
-- Race    a circuit without a time to live would stay for ever; count, open and lifetime are set in one step
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local open = redis.call('ZSCORE', KEYS[1], 'open')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms - ARGV[2])
redis.call('ZADD', KEYS[1], now_ms, ARGV[4])
redis.call('PEXPIRE', KEYS[1], math.max(ARGV[2], 2 * ARGV[3]))
if not open and redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now_ms + ARGV[3], 'open')
return 1
