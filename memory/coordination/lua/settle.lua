-- Settle: move or remove an index entry, unless somebody changed it since it was read.
-- KEYS    1 index (zset)
-- ARGV    1 member  2 score it had  3 new score, '' removes
-- Answer  1, or 0 when it was changed meanwhile
-- Race    a new execution touches its entry while a sweeper is about to remove it: the touch wins
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
return 1
