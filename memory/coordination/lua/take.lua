-- Take: members whose time has come; they come again after a while, unless they are done by then.
-- KEYS    1 index (zset, scores in s)
-- ARGV    1 at most so many  2 hidden for so many s
-- Answer  {member*}
-- Race    two processes: the first moves what it takes out of the second's sight
local now_s = redis.call('TIME')[1] + 0
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_s, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], now_s + ARGV[2], member)
end
return due
