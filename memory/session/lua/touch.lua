-- Touch: note a member in an index, by the time of now. Indexes lie outside a conversation's slot.
-- KEYS    1 index (zset)
-- ARGV    1 member  2 keep_s: older members are dropped and the index expires with the youngest; 0 keeps all
-- Answer  nothing
-- Race    the score is the server's time, so that two machines' clocks cannot reorder it
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
if ARGV[2] ~= '0' then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms - ARGV[2] * 1000)
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
