-- Due: members of an index whose time has come, by the server's clock.
-- KEYS    1 index (zset, scores in ms)
-- ARGV    1 at most so many
-- Answer  {now_ms, {member, score}*}
-- Race    none: what is due is looked up in its slot before anything is done
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
return {now_ms, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms, 'WITHSCORES', 'LIMIT', 0, ARGV[1])}
